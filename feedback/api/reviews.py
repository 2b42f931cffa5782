import django_filters as filters
from rest_framework import serializers

from feedback.api.parts import CodedSerializer, NamedSerializer, ReadSerializer
from feedback.api.views import ReadView
from feedback.filters import MomentFilter, ReviewFilter
from feedback.models import Opportunity, Review
from feedback.models.reviews import Evidence, Kind
from feedback.permissions import can_see_author

STATES = ["draft", "submitted", "history"]


class ReviewApiFilter(ReviewFilter):
    opportunity = filters.ModelChoiceFilter(label="The deal", queryset=Opportunity.objects.all())
    submitted_since = MomentFilter(label="Handed in at this time or later", method="filter_submitted")

    def filter_submitted(self, queryset, name, since):
        return queryset.filter(submissions__withdrawn_at=None, submissions__at__gte=since)


class ReviewSerializer(ReadSerializer):
    """Why a deal was lost or won. Drafts are seen by those who may write them only."""

    opportunity = NamedSerializer()
    kind = serializers.ChoiceField(choices=Kind.choices)
    state = serializers.SerializerMethodField()
    author = serializers.SerializerMethodField(help_text="Null for marketers and other reps.")
    submitted_at = serializers.DateTimeField(source="submission.at", default=None, allow_null=True)
    archived_at = serializers.DateTimeField(allow_null=True, help_text="When its deal was reopened: it is history.")
    taxonomy = serializers.IntegerField(source="taxonomy.version", help_text="The version it was coded with.")
    destination = CodedSerializer(allow_null=True, help_text="Where the money went.")
    competitor = NamedSerializer(allow_null=True, help_text="Who won, if a competitor did.")
    competitors_met = NamedSerializer(many=True, help_text="Who else was in it.")
    reason = CodedSerializer(allow_null=True, help_text="The primary reason.")
    detail = CodedSerializer(allow_null=True, help_text="The second level of the primary reason.")
    contributing = CodedSerializer(many=True, help_text="Up to two reasons that mattered, too.")
    evidence = serializers.ChoiceField(choices=Evidence.choices, allow_blank=True)
    reengage_on = serializers.DateField(allow_null=True, help_text="The first day of the month to ask again.")
    other_reason = serializers.SerializerMethodField()
    would_have_changed = serializers.SerializerMethodField(help_text="Marketers read who is named in it masked.")
    won_because = serializers.SerializerMethodField(help_text="Marketers read who is named in it masked.")
    url = serializers.CharField(source="get_absolute_url", help_text="Its page in the portal.")

    class Meta:
        model = Review
        fields = [
            "id",
            "opportunity",
            "kind",
            "state",
            "author",
            "submitted_at",
            "archived_at",
            "taxonomy",
            "destination",
            "competitor",
            "competitors_met",
            "reason",
            "detail",
            "other_reason",
            "contributing",
            "evidence",
            "outside_icp",
            "objection_unhandled",
            "message_missed",
            "reengage_on",
            "would_have_changed",
            "won_because",
            "url",
        ]

    def get_state(self, review) -> serializers.ChoiceField(choices=STATES):
        if review.archived_at:
            return "history"
        return "submitted" if review.is_submitted else "draft"

    def get_other_reason(self, review) -> str:
        return review.words_for(self.reader, "other_reason")

    def get_would_have_changed(self, review) -> str:
        return review.words_for(self.reader, "would_have_changed")

    def get_won_because(self, review) -> str:
        return review.words_for(self.reader, "won_because")

    def get_author(self, review) -> NamedSerializer(allow_null=True):
        return NamedSerializer(review.author).data if can_see_author(self.reader, review) else None


class ReviewView(ReadView):
    """Reviews of lost and won deals, newest first. Those kept as history are found by their number only."""

    queryset = Review.objects.all()
    serializer_class = ReviewSerializer
    filterset_class = ReviewApiFilter

    def rows(self, user):
        reviews = Review.objects.visible_to(user).for_list().select_related("taxonomy")
        return reviews.live() if self.action == "list" else reviews
