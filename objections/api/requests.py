from django.db.models import Prefetch
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.response import Response

from feedback.api.parts import BodySerializer, NamedSerializer, ReadSerializer
from feedback.api.problems import raise_unless_valid
from feedback.api.views import ReadView
from feedback.models import Opportunity
from feedback.models.tokens import Scope
from feedback.permissions import require
from objections.actions import content as actions
from objections.actions.briefs import brief_version
from objections.api.impact import VerdictSerializer, WithImpact
from objections.filters.content import RequestFilter
from objections.forms.content import RequestForm
from objections.mentioning import as_said
from objections.models import (
    ChecklistItem,
    Collateral,
    Comment,
    ContentRequest,
    Join,
    Move,
    SignOff,
    Theme,
    Verdict,
)
from objections.models.content import ContentType, RequestState, RoutedTo, Size
from objections.models.sign_offs import Opinion
from objections.permissions import can_ask_for_content
from objections.workflow import meets, moves_open_to


class RequestApiFilter(RequestFilter):
    view, lanes = None, None  # how the page shows the list


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


class CommentSerializer(ReadSerializer):
    """What somebody said on a request. Marketers read who is named in it masked."""

    text = serializers.SerializerMethodField(help_text="Empty where it was withdrawn.")
    mentioned = NamedSerializer(many=True, help_text="People of the portal named in it by an @.")
    author = NamedSerializer()

    class Meta:
        model = Comment
        fields = ["id", "text", "mentioned", "author", "at", "withdrawn_at"]

    def get_text(self, comment) -> str:
        if comment.withdrawn_at:
            return ""
        return as_said(comment.words_for(self.reader), comment.mentioned.all())


class ChecklistItemSerializer(ReadSerializer):
    """Something to be done for it, in the order of the list."""

    done_by = NamedSerializer(allow_null=True)

    class Meta:
        model = ChecklistItem
        fields = ["id", "text", "done_by", "done_at"]


class SignOffSerializer(ReadSerializer):
    """Whether what was made fits, in the words of who looked at it."""

    verdict = serializers.ChoiceField(choices=Opinion.choices)
    version = serializers.IntegerField(
        source="version_id", allow_null=True, help_text="Its id; null where nothing was made yet."
    )
    by = NamedSerializer()

    class Meta:
        model = SignOff
        fields = ["id", "verdict", "words", "version", "by", "at"]


class JoinSerializer(ReadSerializer):
    """Somebody who wants the same, and the deal that waits for it."""

    by = NamedSerializer()
    opportunity = NamedSerializer(allow_null=True)

    class Meta:
        model = Join
        fields = ["id", "by", "opportunity", "at"]


class WholeContentRequestSerializer(WithImpact, ContentRequestSerializer):
    """A content request with what became of it, and what that did."""

    moves = MoveSerializer(many=True)
    moves_open = serializers.SerializerMethodField(help_text="The states into which you may move it now.")
    brief_version = serializers.SerializerMethodField(help_text="Names the wording of the brief, see writing it.")
    newest_version = serializers.IntegerField(
        allow_null=True, help_text="The id of the version to be signed off; null where nothing was made yet."
    )
    is_signed_off = serializers.BooleanField(help_text="Whether the sales co-owner signed off that version.")
    sign_offs = SignOffSerializer(many=True)
    checklist = ChecklistItemSerializer(source="kept_items", many=True)
    comments = CommentSerializer(many=True)
    joins = JoinSerializer(source="live_joins", many=True)
    verdict = serializers.SerializerMethodField(help_text="Null unless it is closed by one.")

    class Meta(ContentRequestSerializer.Meta):
        fields = [
            *ContentRequestSerializer.Meta.fields,
            "moves",
            "moves_open",
            "brief_version",
            "newest_version",
            "is_signed_off",
            "sign_offs",
            "checklist",
            "comments",
            "joins",
            "verdict",
            "impact",
        ]

    def get_verdict(self, request) -> VerdictSerializer(allow_null=True):
        found = Verdict.objects.of_requests([request.pk]).first()
        return VerdictSerializer(found).data if found else None

    def get_moves_open(self, row) -> serializers.ListField(child=serializers.ChoiceField(choices=RequestState.choices)):
        return [move.to for move in moves_open_to(row) if meets(move.who, self.reader, row)]

    def get_brief_version(self, row) -> str:
        return brief_version(row.brief)


class AskBody(BodySerializer):
    """What is missing, and which themes it is to answer."""

    title = serializers.CharField(max_length=160)
    type = serializers.ChoiceField(choices=ContentType.choices)
    themes = serializers.PrimaryKeyRelatedField(queryset=Theme.objects.active(), many=True, allow_empty=False)
    brief = serializers.CharField(required=False, allow_blank=True, max_length=5000)
    opportunity = serializers.PrimaryKeyRelatedField(
        queryset=Opportunity.objects.all(), required=False, allow_null=True, help_text="A deal that waits for it."
    )


def whole_requests(user):
    """Requests with all that is told of one."""
    seen = Prefetch("collateral", Collateral.objects.visible_to(user), to_attr="seen_collateral")
    requests = ContentRequest.objects.visible_to(user).with_voices().with_sign_off()
    return requests.select_related("owner", "co_owner", "by").prefetch_related(
        "themes",
        seen,
        Prefetch("moves", Move.objects.select_related("by", "into")),
        Prefetch("sign_offs", SignOff.objects.select_related("by")),
        Prefetch("checklist", ChecklistItem.objects.kept().select_related("done_by"), to_attr="kept_items"),
        Prefetch("comments", Comment.objects.visible_to(user).with_rows()),
        Prefetch("joins", Join.objects.live().select_related("by", "opportunity__account"), to_attr="live_joins"),
    )


@extend_schema_view(
    create=extend_schema(
        request=AskBody,
        responses={
            201: OpenApiResponse(WholeContentRequestSerializer, description="Asked."),
            200: OpenApiResponse(
                WholeContentRequestSerializer, description="You had asked for it, and it still waits for its triage."
            ),
        },
    )
)
class RequestView(ReadView):
    """Content requests, newest first. Without a state: the queue, what is still to be done, as on the page."""

    scope = Scope.WRITE_REQUESTS
    http_method_names = [*ReadView.http_method_names, "post"]
    queryset = ContentRequest.objects.all()
    serializer_class = ContentRequestSerializer
    filterset_class = RequestApiFilter

    def get_serializer_class(self):
        return ContentRequestSerializer if self.action == "list" else WholeContentRequestSerializer

    def rows(self, user):
        if self.action != "list":
            return whole_requests(user)
        seen = Prefetch("collateral", Collateral.objects.visible_to(user), to_attr="seen_collateral")
        requests = ContentRequest.objects.visible_to(user).with_voices().select_related("owner", "co_owner", "by")
        return requests.prefetch_related("themes", seen)

    def create(self, request):
        """Asks for content: it enters as new, and whoever runs the queue triages it. Look first whether it is there."""
        require(can_ask_for_content(request.user))
        self.refuse_unknown(set())
        body = AskBody(data=request.data, context=self.get_serializer_context())
        raise_unless_valid(body)
        given = body.validated_data
        mine = ContentRequest.objects.filter(by=request.user, title=given["title"], state=RequestState.NEW)
        earlier = mine.filter(type=given["type"]).first()
        themes = [theme.pk for theme in given["themes"]]
        deal = given.get("opportunity")
        typed = {**given, "themes": themes, "deal": deal.pk if deal else ""}
        form = RequestForm(typed)
        raise_unless_valid(form, {"deal": "opportunity"})
        row = earlier or actions.request_content(by=request.user, **form.cleaned_data)
        shown = self.get_serializer(whole_requests(request.user).get(pk=row.pk))
        return Response(shown.data, status=200 if earlier else 201)
