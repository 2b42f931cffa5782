"""Writing a review: one question at a time, with the forms and actions of the page."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from feedback.actions import reviews as actions
from feedback.api.parts import BodySerializer
from feedback.api.problems import Unprocessable, raise_unless_valid
from feedback.api.reviews import ReviewSerializer
from feedback.api.views import ApiView
from feedback.forms.reviews import questions_of
from feedback.models import Opportunity, Review, Taxonomy
from feedback.models.reviews import Evidence
from feedback.models.tokens import Scope
from feedback.permissions import can_write_review, require


class DestinationBody(BodySerializer):
    """Where the money went."""

    destination = serializers.CharField(max_length=40, help_text="A code of the taxonomy, like `competitor`.")
    competitor_name = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Who won, where the destination is a competitor."
    )
    also_met = serializers.CharField(
        required=False, allow_blank=True, max_length=400, help_text="Names with commas between them."
    )


class ReasonBody(BodySerializer):
    """Why, most of all."""

    reason = serializers.CharField(max_length=60, help_text="A code of the taxonomy, like `PRICE`.")
    detail = serializers.CharField(
        required=False, allow_blank=True, max_length=60, help_text="A code of its second level."
    )
    other_reason = serializers.CharField(
        required=False, allow_blank=True, max_length=300, help_text="What it was, where the reason is `OTHER`."
    )
    contributing = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, max_length=2, help_text="Up to two more codes."
    )
    evidence = serializers.ChoiceField(choices=Evidence.choices, required=False, allow_blank=True)
    reengage_on = serializers.RegexField(
        r"^[0-9]{4}-[0-9]{2}$",
        required=False,
        allow_blank=True,
        help_text="The month to ask again, like `2027-04`; of TIMING and BUDGET only.",
    )
    outside_icp = serializers.BooleanField(required=False)
    objection_unhandled = serializers.BooleanField(required=False)
    message_missed = serializers.BooleanField(required=False)


class ChangeBody(BodySerializer):
    """What would have changed it."""

    would_have_changed = serializers.CharField(allow_blank=True, max_length=2000)


class WonBody(BodySerializer):
    """Why we won."""

    won_because = serializers.CharField(allow_blank=True, max_length=2000)


class AnswerView(ApiView):
    """Answers one question of the review of a closed deal: all that the question asks, as on the page.

    A review that is not begun is begun by it; one that was handed in is corrected. For those who may write it.
    """

    scope = Scope.WRITE_REVIEWS
    serializer_class = ReviewSerializer
    queryset = Review.objects.all()
    question = ""
    body = BodySerializer

    def update(self, request, pk):
        self.refuse_unknown(set())
        opportunity = writable_deal(request.user, pk)
        if self.question not in questions_of(actions.review_of(opportunity, request.user)):
            raise NotFound("This question is not asked of this deal.")
        body = self.body(data=request.data)
        raise_unless_valid(body)
        review = actions.start_review(opportunity=opportunity, by=request.user)
        form = questions_of(review)[self.question](as_typed(body.validated_data, review.taxonomy), instance=review)
        raise_unless_valid(form)
        try:
            actions.save_answers(form=form)
        except actions.NotReady as refused:
            raise Unprocessable(refused.missing) from refused
        return Response(self.get_serializer(Review.objects.for_list().get(pk=review.pk)).data)


@extend_schema_view(
    update=extend_schema(
        request=DestinationBody,
        examples=[
            OpenApiExample(
                "Lost to somebody",
                value={"destination": "competitor", "competitor_name": "Stacklane"},
                request_only=True,
            )
        ],
    )
)
class DestinationAnswerView(AnswerView):
    question, body = "destination", DestinationBody


@extend_schema_view(
    update=extend_schema(
        request=ReasonBody,
        examples=[
            OpenApiExample(
                "Too dear",
                value={"reason": "PRICE", "contributing": ["TRUST"], "evidence": "said"},
                request_only=True,
            )
        ],
    )
)
class ReasonAnswerView(AnswerView):
    question, body = "reason", ReasonBody


@extend_schema_view(update=extend_schema(request=ChangeBody))
class ChangeAnswerView(AnswerView):
    question, body = "change", ChangeBody


@extend_schema_view(update=extend_schema(request=WonBody))
class WonAnswerView(AnswerView):
    question, body = "won", WonBody


class SubmissionView(ApiView):
    """Hands in the review of a closed deal; again changes nothing. For those who may write it."""

    scope = Scope.WRITE_REVIEWS
    serializer_class = ReviewSerializer
    queryset = Review.objects.all()

    @extend_schema(request=None, responses={200: ReviewSerializer})
    def create(self, request, pk):
        self.refuse_unknown(set())
        opportunity = writable_deal(request.user, pk)
        review = actions.review_of(opportunity, request.user)
        try:
            if review.pk is None:
                raise actions.NotReady(review.missing_answers())
            actions.submit_review(review=review, by=request.user)
        except actions.NotReady as refused:
            raise Unprocessable(refused.missing) from refused
        return Response(self.get_serializer(Review.objects.for_list().get(pk=review.pk)).data)


def writable_deal(user, pk) -> Opportunity:
    deals = Opportunity.objects.visible_to(user).closed().select_related("owner__team__manager")
    opportunity = get_object_or_404(deals, pk=pk)
    require(can_write_review(user, opportunity))
    return opportunity


def as_typed(given: dict, taxonomy: Taxonomy) -> dict:
    """The same as the page's form would send it, with the row of each code; a code of no row chooses none there is."""
    typed = dict(given)
    reasons = dict(taxonomy.reasons.in_use().values_list("code", "pk"))
    for name, rows in (
        ("destination", dict(taxonomy.destinations.in_use().values_list("code", "pk"))),
        ("reason", reasons),
        ("detail", reasons),
    ):
        if typed.get(name):
            typed[name] = rows.get(typed[name], 0)
    if "contributing" in typed:
        typed["contributing"] = [reasons.get(code, 0) for code in typed["contributing"]]
    return typed
