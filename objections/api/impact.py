from django.utils import timezone
from rest_framework import serializers

from feedback.api.parts import NamedSerializer
from objections.metrics import Impact, answers_of, impact
from objections.models.content import CLOSED, RequestState

RESULTS = [(state.value, state.label) for state in map(RequestState, CLOSED)]


class ShareSerializer(serializers.Serializer):
    """Deals won of those closed within the follow-up."""

    won = serializers.IntegerField(source="part")
    closed = serializers.IntegerField(source="whole")


class SideSerializer(serializers.Serializer):
    """Deals before and after publishing, and those left out of both."""

    before = ShareSerializer()
    after = ShareSerializer()
    slow = serializers.IntegerField(help_text="Took longer than the follow-up.")
    between = serializers.IntegerField(help_text="First heard less than a follow-up before publishing.")
    followed = serializers.IntegerField(help_text="Still followed.")


class ContrastSerializer(serializers.Serializer):
    """A difference of shares with its 95 % interval; 0.1 are ten points."""

    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class ImpactSerializer(serializers.Serializer):
    """Win rate against the theme before and after its answer: an association, not proof. See definition "impact"."""

    published_on = serializers.DateField(source="span.published_on")
    follow_up_days = serializers.IntegerField(source="span.follow_up")
    read_on = serializers.DateField(source="span.read_on")
    theme = SideSerializer(help_text="Deals that raised it.")
    base = SideSerializer(help_text="Deals of the same days that raised other things only.")
    effect = ContrastSerializer(allow_null=True, help_text="The change of the theme's deals less that of the base.")
    used = ShareSerializer(help_text="Of the deals after, those where a rep noted its use.")
    unused = ShareSerializer()
    is_enough = serializers.BooleanField(help_text="Whether there are 20 deals on each side.")
    progress = serializers.CharField(help_text="What is missing, such as `7 of 20 deals so far`.")
    suggestion = serializers.ChoiceField(choices=RESULTS, allow_blank=True, help_text="A person decides.")
    in_short = serializers.CharField()


class VerdictSerializer(serializers.Serializer):
    """What a person said once it was measured, with the figures of that day."""

    state = serializers.ChoiceField(choices=RESULTS, source="move.to_state")
    words = serializers.CharField()
    by = NamedSerializer(source="move.by")
    at = serializers.DateTimeField(source="move.at")
    impact = serializers.SerializerMethodField()

    def get_impact(self, verdict) -> ImpactSerializer(allow_null=True):
        return ImpactSerializer(Impact.of_json(verdict.figures)).data if verdict.figures else None


class WithImpact(serializers.Serializer):
    """Adds the impact of the row, as of today."""

    impact = serializers.SerializerMethodField(help_text="Null until something was published.")

    def get_impact(self, row) -> ImpactSerializer(allow_null=True):
        found = impact(*answers_of(row), timezone.localdate())
        return ImpactSerializer(found).data if found else None
