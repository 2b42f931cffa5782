"""What is done with a content request, with the forms, refusals and actions of its page."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.response import Response

from feedback.api.parts import BodySerializer
from feedback.api.problems import Unprocessable, raise_unless_valid
from feedback.api.views import ApiView
from feedback.models import Opportunity, User
from feedback.models.tokens import Scope
from feedback.permissions import require
from objections.actions import checklists, comments, content
from objections.actions.briefs import BriefChanged, write_brief
from objections.actions.joins import join_request, leave_request
from objections.api.requests import WholeContentRequestSerializer, whole_requests
from objections.forms.briefs import BriefForm
from objections.forms.checklists import ItemForm
from objections.forms.comments import CommentForm
from objections.forms.content import move_form
from objections.forms.joins import JoinForm
from objections.forms.objections import deal_label
from objections.forms.sign_offs import SignOffForm
from objections.models import ChecklistItem, Comment, ContentRequest
from objections.models.content import ContentType, RequestState, RoutedTo, Size
from objections.models.sign_offs import Opinion
from objections.permissions import (
    can_check_off,
    can_comment,
    can_edit_comment,
    can_join,
    can_restore_comment,
    can_sign_off,
    can_withdraw_comment,
    can_write_brief,
)
from objections.workflow import MoveRefused, find_move, may_move, moves_any

MADE = {201: OpenApiResponse(WholeContentRequestSerializer, description="Done.")}
MADE_OR_SO = MADE | {200: OpenApiResponse(WholeContentRequestSerializer, description="It was so already.")}
GONE = {204: OpenApiResponse(description="Done, or it was so already.")}


class DeedView(ApiView):
    """Answers with the whole request, as it stands after it."""

    scope = Scope.WRITE_REQUESTS
    serializer_class = WholeContentRequestSerializer
    queryset = ContentRequest.objects.all()

    def row(self, pk) -> ContentRequest:
        self.refuse_unknown(set())
        return get_object_or_404(ContentRequest.objects.visible_to(self.request.user).with_sign_off(), pk=pk)

    def body(self, body_class):
        body = body_class(data=self.request.data, context=self.get_serializer_context())
        raise_unless_valid(body)
        return body.validated_data

    def whole(self, pk, status=200):
        row = whole_requests(self.request.user).get(pk=pk)
        return Response(self.get_serializer(row).data, status=status)


class MoveBody(BodySerializer):
    """Where to, and what that move asks. Into triage: an owner, and what else is to be settled."""

    to = serializers.ChoiceField(choices=RequestState.choices)
    why = serializers.CharField(required=False, allow_blank=True, max_length=500)
    into = serializers.PrimaryKeyRelatedField(
        queryset=ContentRequest.objects.unfinished(), required=False, help_text="Of a merge: the request that stays."
    )
    routed_to = serializers.ChoiceField(choices=RoutedTo.choices, required=False)
    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.filter(is_active=True), required=False)
    co_owner = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(is_active=True), required=False, allow_null=True
    )
    type = serializers.ChoiceField(choices=ContentType.choices, required=False)
    size = serializers.ChoiceField(choices=Size.choices, required=False)
    due_on = serializers.DateField(required=False, allow_null=True, help_text="Otherwise the size decides.")

    def as_typed(self, row) -> dict:
        """The same as the page's form would send it."""
        given = {name: value for name, value in self.validated_data.items() if value is not None}
        rows = {name: given[name].pk for name in ("into", "owner", "co_owner") if name in given}
        return {"type": row.type, "size": row.size} | given | rows


@extend_schema_view(
    create=extend_schema(
        request=MoveBody,
        responses=MADE_OR_SO,
        examples=[
            OpenApiExample("Declined", value={"to": "declined", "why": "Legal forbids it"}, request_only=True),
        ],
    )
)
class MoveView(DeedView):
    """Moves a request along its table; what the page refuses is refused here in the same words."""

    def create(self, request, pk):
        row = self.row(pk)
        require(moves_any(request.user, row))
        asked = request.data.get("to", "") if isinstance(request.data, dict) else ""
        require(may_move(request.user, row, str(asked)))
        body = MoveBody(data=request.data, context=self.get_serializer_context())
        raise_unless_valid(body)
        if body.validated_data["to"] == row.state:
            return self.whole(pk)
        try:
            transition = find_move(row, body.validated_data["to"])
            form = move_form(body.as_typed(row), request=row, transition=transition, user=request.user)
            raise_unless_valid(form)
            content.make_move(request=row, transition=transition, answers=form.cleaned_data, by=request.user)
        except MoveRefused as refused:
            raise Unprocessable({"to": [str(refused)]}) from refused
        return self.whole(pk, 201)


class BriefBody(BodySerializer):
    """The whole brief, and which wording of it was there when it was written."""

    brief = serializers.CharField(allow_blank=True, max_length=5000)
    seen = serializers.CharField(max_length=16, help_text="The `brief_version` of the request as it was read.")


@extend_schema_view(update=extend_schema(request=BriefBody))
class BriefView(DeedView):
    """Writes the brief. What somebody else wrote meanwhile is not written over: that is refused."""

    def update(self, request, pk):
        row = self.row(pk)
        require(can_write_brief(request.user, row))
        form = BriefForm(self.body(BriefBody), instance=row)
        raise_unless_valid(form)
        try:
            write_brief(request=row, by=request.user, **form.cleaned_data)
        except BriefChanged as changed:
            raise Unprocessable({"seen": [str(changed)]}) from changed
        return self.whole(pk)


class SignOffBody(BodySerializer):
    """It fits, or it has to change."""

    verdict = serializers.ChoiceField(choices=Opinion.choices)
    version = serializers.IntegerField(
        allow_null=True, min_value=1, max_value=2**63 - 1, help_text="The `newest_version` that was looked at."
    )
    words = serializers.CharField(required=False, allow_blank=True, max_length=500, help_text="What has to change.")


@extend_schema_view(create=extend_schema(request=SignOffBody, responses=MADE))
class SignOffView(DeedView):
    """Signs off what is in review, or asks for changes. For its sales co-owner; without one, for who runs the queue."""

    def create(self, request, pk):
        row = self.row(pk)
        require(can_sign_off(request.user, row))
        form = SignOffForm(self.body(SignOffBody))
        raise_unless_valid(form)
        try:
            content.give_verdict(request=row, by=request.user, **form.cleaned_data)
        except MoveRefused as refused:
            raise Unprocessable({"": [str(refused)]}) from refused
        return self.whole(pk, 201)


class JoinBody(BodySerializer):
    """A deal that waits for it, and what was heard there."""

    opportunity = serializers.PrimaryKeyRelatedField(
        queryset=Opportunity.objects.all(), required=False, allow_null=True
    )
    words = serializers.CharField(required=False, allow_blank=True, max_length=2000, help_text="Logged, too.")
    said_before = serializers.BooleanField(required=False, help_text="They said the same as others did.")


@extend_schema_view(
    create=extend_schema(request=JoinBody, responses=MADE), destroy=extend_schema(responses=GONE, request=None)
)
class JoinView(DeedView):
    """Joins a request in the queue: you are told of it as whoever asked, and the deal waits with the others."""

    def create(self, request, pk):
        row = self.row(pk)
        require(can_join(request.user, row))
        given = self.body(JoinBody)
        deal = given.pop("opportunity", None)
        form = JoinForm({**given, "deal": deal_label(deal) if deal else ""}, user=request.user)
        raise_unless_valid(form, {"deal": "opportunity"})
        try:
            join_request(request=row, by=request.user, **form.cleaned_data)
        except MoveRefused as refused:
            raise Unprocessable({"": [str(refused)]}) from refused
        return self.whole(pk, 201)

    def destroy(self, request, pk, join):
        leave_request(join=get_object_or_404(self.row(pk).joins.filter(by=request.user), pk=join))
        return Response(status=204)


class CommentBody(BodySerializer):
    """What to say; `@jonas.reuter` or `@Jonas Reuter` in it tells them."""

    text = serializers.CharField(max_length=2000)
    client_id = serializers.UUIDField(
        required=False, allow_null=True, help_text="Your own id of it: sent again, it is said once."
    )


class CommentWordsBody(BodySerializer):
    text = serializers.CharField(max_length=2000)


@extend_schema_view(
    create=extend_schema(request=CommentBody, responses=MADE),
    update=extend_schema(request=CommentWordsBody),
    destroy=extend_schema(responses=GONE, request=None),
)
class CommentView(DeedView):
    """Says something on a request, words it anew, or withdraws it. Each their own."""

    def create(self, request, pk):
        row = self.row(pk)
        require(can_comment(request.user))
        form = CommentForm(self.body(CommentBody))
        raise_unless_valid(form)
        comments.add_comment(request=row, by=request.user, **form.cleaned_data)
        return self.whole(pk, 201)

    def update(self, request, pk, comment):
        comment = self.comment(pk, comment)
        require(can_edit_comment(request.user, comment))
        form = CommentForm(self.body(CommentWordsBody), instance=comment)
        raise_unless_valid(form)
        comments.change_comment(comment=comment, by=request.user, text=form.cleaned_data["text"])
        return self.whole(pk)

    def destroy(self, request, pk, comment):
        comment = self.comment(pk, comment)
        require(can_withdraw_comment(request.user, comment) or can_restore_comment(request.user, comment))
        comments.withdraw_comment(comment=comment, by=request.user)
        return Response(status=204)

    def comment(self, pk, number) -> Comment:
        return get_object_or_404(self.row(pk).comments, pk=number)


class ItemBody(BodySerializer):
    text = serializers.CharField(max_length=200)


class TickBody(BodySerializer):
    done = serializers.BooleanField()


@extend_schema_view(
    create=extend_schema(request=ItemBody, responses=MADE),
    update=extend_schema(request=TickBody),
    destroy=extend_schema(responses=GONE, request=None),
)
class ChecklistView(DeedView):
    """Adds to the checklist of a request, ticks an item or takes it off. For who runs the queue and its co-owner."""

    def create(self, request, pk):
        row = self.row(pk)
        require(can_check_off(request.user, row))
        form = ItemForm(self.body(ItemBody))
        raise_unless_valid(form)
        checklists.add_item(request=row, by=request.user, text=form.cleaned_data["text"])
        return self.whole(pk, 201)

    def update(self, request, pk, item):
        item = self.item(pk, item)
        checklists.tick_item(item=item, by=request.user, **self.body(TickBody))
        return self.whole(pk)

    def destroy(self, request, pk, item):
        checklists.remove_item(item=self.item(pk, item), by=request.user)
        return Response(status=204)

    def item(self, pk, number) -> ChecklistItem:
        row = self.row(pk)
        item = get_object_or_404(row.checklist, pk=number)
        require(can_check_off(self.request.user, row))
        return item
