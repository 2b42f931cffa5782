import json

from django.db.models import Count, Q
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from feedback.api.parts import NamedSerializer, ReadSerializer
from feedback.api.views import ReadView
from feedback.models import Action, Decision, Meeting

STATES = ["closed", "being prepared"]


class MeetingSerializer(ReadSerializer):
    """A closed-lost review: of a month, or of another span of days."""

    month = serializers.DateField(help_text="The first day of the month in which the days it looks at begin.")
    first_day = serializers.DateField(help_text="The first of the days it looks at.")
    last_day = serializers.DateField(help_text="The last of them.")
    state = serializers.SerializerMethodField()
    facilitator = NamedSerializer(allow_null=True)
    decisions_made = serializers.IntegerField(source="decided")
    actions_open = serializers.IntegerField(source="undone")
    closed_at = serializers.DateTimeField(source="pack.closed_at", default=None, allow_null=True)
    checksum = serializers.CharField(
        source="pack.checksum", default=None, allow_null=True, help_text="The seal over what it saw."
    )
    url = serializers.CharField(source="get_absolute_url", help_text="Its page in the portal.")

    class Meta:
        model = Meeting
        fields = [
            "id",
            "month",
            "first_day",
            "last_day",
            "state",
            "held_on",
            "facilitator",
            "decisions_made",
            "actions_open",
            "closed_at",
            "checksum",
            "url",
        ]

    def get_state(self, meeting) -> serializers.ChoiceField(choices=STATES):
        return "closed" if meeting.is_closed else "being prepared"


class ActionSerializer(ReadSerializer):
    """What somebody promised a meeting to do by a day."""

    owner = NamedSerializer()

    class Meta:
        model = Action
        fields = ["id", "text", "owner", "due_on", "done_at"]


class DecisionSerializer(ReadSerializer):
    """What a meeting decided, and how we will know that it worked."""

    owner = NamedSerializer(allow_null=True)

    class Meta:
        model = Decision
        fields = ["id", "text", "owner", "due_on", "proof"]


class WholeMeetingSerializer(MeetingSerializer):
    """A meeting with its actions, and the pack that closing froze."""

    actions = ActionSerializer(many=True)
    decisions = serializers.SerializerMethodField(help_text="Of a meeting being prepared; later they are in the pack.")
    pack = serializers.SerializerMethodField(help_text="What a closed meeting saw, section by section; never changes.")

    class Meta(MeetingSerializer.Meta):
        fields = [*MeetingSerializer.Meta.fields, "actions", "decisions", "pack"]

    def get_decisions(self, meeting) -> DecisionSerializer(many=True):
        return (
            [] if meeting.is_closed else DecisionSerializer(meeting.decisions.select_related("owner"), many=True).data
        )

    @extend_schema_field({"type": "object", "additionalProperties": True, "nullable": True})
    def get_pack(self, meeting):
        return json.loads(meeting.pack.content) if meeting.is_closed else None


class MeetingView(ReadView):
    """Closed-lost reviews: closed ones for everybody, those being prepared for those who prepare or attend them."""

    queryset = Meeting.objects.all()
    serializer_class = MeetingSerializer

    def get_serializer_class(self):
        return MeetingSerializer if self.action == "list" else WholeMeetingSerializer

    def rows(self, user):
        undone = Count("actions", filter=Q(actions__done_at=None), distinct=True)
        meetings = (
            Meeting.objects.visible_to(user)
            .annotate(decided=Count("decisions", distinct=True), undone=undone)
            .select_related("facilitator")
            .prefetch_related("packs")
        )
        return meetings if self.action == "list" else meetings.prefetch_related("actions__owner")
