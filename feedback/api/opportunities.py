import django_filters as filters
from django.db.models import Exists, OuterRef
from rest_framework import serializers

from feedback.api.accounts import SegmentSerializer
from feedback.api.parts import NamedSerializer, ReadSerializer
from feedback.api.views import ReadView
from feedback.filters import MomentFilter, OpportunityFilter
from feedback.models import Opportunity


class OpportunityApiFilter(OpportunityFilter):
    owes_review = filters.BooleanFilter(label="Owes a review now, or does not")
    changed_since = MomentFilter(label="Added or edited since", method="filter_changed")

    def filter_changed(self, queryset, name, since):
        changed = Opportunity.history.filter(history_date__gte=since).values("id")
        return queryset.filter(pk__in=changed)


class OpportunitySerializer(ReadSerializer):
    """A deal: one possible purchase by one account."""

    account = NamedSerializer(allow_null=True)
    owner = NamedSerializer(allow_null=True)
    product = NamedSerializer(allow_null=True)
    source = serializers.CharField(source="source.name", help_text="The system it comes from.")
    external_id = serializers.CharField(help_text="Its number in that system.")
    segments = SegmentSerializer(source="account.segments", many=True, default=[], help_text="Of its account.")
    outcome = serializers.ChoiceField(choices=Opportunity.outcome.field.choices)
    amount = serializers.DecimalField(
        max_digits=14, decimal_places=2, allow_null=True, help_text="In `currency`; null while unknown."
    )
    amount_estimate = serializers.DecimalField(
        max_digits=14, decimal_places=2, allow_null=True, help_text="Counted where the amount is unknown."
    )
    cycle_days = serializers.IntegerField(allow_null=True, help_text="From created to closed.")
    owes_review = serializers.BooleanField(help_text="Whether it owes a loss review now.")
    review_due_on = serializers.DateField(allow_null=True, help_text="By when a lost deal's review is due.")
    url = serializers.CharField(source="get_absolute_url", help_text="Its page in the portal.")

    class Meta:
        model = Opportunity
        fields = [
            "id",
            "name",
            "account",
            "segments",
            "owner",
            "product",
            "outcome",
            "stage",
            "amount",
            "amount_estimate",
            "currency",
            "created_on",
            "closed_on",
            "cycle_days",
            "lead_source",
            "source",
            "external_id",
            "owes_review",
            "review_due_on",
            "added_at",
            "url",
        ]


class OpportunityView(ReadView):
    """Deals, newest first."""

    queryset = Opportunity.objects.all()
    serializer_class = OpportunitySerializer
    filterset_class = OpportunityApiFilter

    def rows(self, user):
        owing = Opportunity.objects.owing_review().filter(pk=OuterRef("pk"))
        return (
            Opportunity.objects.visible_to(user)
            .annotate(owes_review=Exists(owing))
            .select_related("account", "owner", "product", "source")
            .prefetch_related("account__segments")
        )
