import django_filters as filters

from feedback.models import Opportunity, Reason, Review, Segment, Team, User
from feedback.models.opportunities import Outcome


class OpportunityFilter(filters.FilterSet):
    q = filters.CharFilter(label="Search", method="filter_words")
    outcome = filters.ChoiceFilter(choices=Outcome, empty_label="Any outcome")
    owner = filters.ModelChoiceFilter(
        queryset=User.objects.filter(opportunities__isnull=False).distinct(), empty_label="Any owner"
    )
    team = filters.ModelChoiceFilter(field_name="owner__team", queryset=Team.objects.all(), empty_label="Any team")
    segment = filters.ModelChoiceFilter(
        field_name="account__segments", queryset=Segment.objects.all(), empty_label="Any segment"
    )
    closed_from = filters.DateFilter(field_name="closed_on", lookup_expr="gte", label="Closed from")
    closed_to = filters.DateFilter(field_name="closed_on", lookup_expr="lte", label="Closed to")

    class Meta:
        model = Opportunity
        fields = []

    def filter_words(self, queryset, name, words):
        return queryset.matching(words)


class ReviewFilter(filters.FilterSet):
    q = filters.CharFilter(label="Search", method="filter_words")
    kind = filters.ChoiceFilter(choices=Review.kind.field.choices, empty_label="Loss and win")
    reason = filters.ModelChoiceFilter(queryset=Reason.objects.top_level(), empty_label="Any reason")
    closed_from = filters.DateFilter(field_name="opportunity__closed_on", lookup_expr="gte", label="Closed from")
    closed_to = filters.DateFilter(field_name="opportunity__closed_on", lookup_expr="lte", label="Closed to")

    class Meta:
        model = Review
        fields = []

    def filter_words(self, queryset, name, words):
        return queryset.filter(opportunity__in=Opportunity.objects.matching(words))
