from django.db.models import Prefetch
from rest_framework import serializers

from feedback.api.parts import NamedSerializer, ReadSerializer
from feedback.api.views import ReadView
from objections.filters.content import RequestFilter
from objections.models import Collateral, ContentRequest, Move
from objections.models.content import ContentType, RequestState, RoutedTo, Size


class RequestApiFilter(RequestFilter):
    view = None  # how the page shows the list


class ContentRequestSerializer(ReadSerializer):
    """The ask for collateral that answers one or more themes."""

    type = serializers.ChoiceField(choices=ContentType.choices)
    state = serializers.ChoiceField(choices=RequestState.choices)
    size = serializers.ChoiceField(choices=Size.choices)
    due_on = serializers.DateField(allow_null=True, help_text="While it is new: when its triage is due.")
    owner = NamedSerializer(allow_null=True)
    co_owner = NamedSerializer(allow_null=True, help_text="In sales.")
    by = NamedSerializer(help_text="Who asked for it.")
    themes = NamedSerializer(many=True, help_text="What it answers.")
    collateral = NamedSerializer(source="seen_collateral", many=True, help_text="What was made for it.")
    voices = serializers.IntegerField(help_text="Objections in its themes, each once.")
    deals_waiting = serializers.IntegerField(source="deals")
    url = serializers.CharField(source="get_absolute_url", help_text="Its page in the portal.")

    class Meta:
        model = ContentRequest
        fields = [
            "id",
            "title",
            "type",
            "brief",
            "state",
            "size",
            "due_on",
            "owner",
            "co_owner",
            "by",
            "at",
            "themes",
            "collateral",
            "voices",
            "deals_waiting",
            "url",
        ]


class MoveSerializer(ReadSerializer):
    """The request moved from one state to another."""

    from_state = serializers.ChoiceField(choices=RequestState.choices)
    to_state = serializers.ChoiceField(choices=RequestState.choices)
    into = NamedSerializer(allow_null=True, help_text="The request it was merged into.")
    routed_to = serializers.ChoiceField(choices=RoutedTo.choices, allow_blank=True)
    by = NamedSerializer()

    class Meta:
        model = Move
        fields = ["from_state", "to_state", "why", "into", "routed_to", "by", "at"]


class WholeContentRequestSerializer(ContentRequestSerializer):
    """A content request with what became of it."""

    moves = MoveSerializer(many=True)

    class Meta(ContentRequestSerializer.Meta):
        fields = [*ContentRequestSerializer.Meta.fields, "moves"]


class RequestView(ReadView):
    """Content requests, newest first. Without a state: the queue, what is still to be done, as on the page."""

    queryset = ContentRequest.objects.all()
    serializer_class = ContentRequestSerializer
    filterset_class = RequestApiFilter

    def get_serializer_class(self):
        return ContentRequestSerializer if self.action == "list" else WholeContentRequestSerializer

    def rows(self, user):
        seen = Prefetch("collateral", Collateral.objects.visible_to(user), to_attr="seen_collateral")
        requests = ContentRequest.objects.visible_to(user).with_voices().select_related("owner", "co_owner", "by")
        requests = requests.prefetch_related("themes", seen)
        if self.action == "list":
            return requests
        return requests.prefetch_related(Prefetch("moves", Move.objects.select_related("by", "into")))
