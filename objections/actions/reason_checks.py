from django.db import transaction

from feedback.actions.reviews import change_reason
from feedback.models import Review, User
from objections.models import ReasonCheck
from objections.models.reason_checks import CheckAnswer
from objections.reason_checks import question_of


class NotAsked(ValueError):
    """The question was answered, or fell away, in the meantime."""


@transaction.atomic
def answer_reason_check(*, review: Review, answer: str, chosen: int, heard: int, by: User) -> ReasonCheck:
    """Writes down what was answered, once, with the reasons it was asked about, and changes the review accordingly.

    Raises NotAsked when there is nothing to ask any more, or something else than these two reasons (ids), and NotReady
    when the review cannot take a third contributing reason.
    """
    review = Review.objects.select_for_update(of=["self"]).select_related("reason", "taxonomy").get(pk=review.pk)
    question = question_of(review)
    if question is None:
        raise NotAsked("There is nothing to ask any more.")
    if (question.review.reason_id, question.heard.pk) != (chosen, heard):
        raise NotAsked("The question is another one now. Look at it once more.")
    first = review.reason
    if answer == CheckAnswer.CHANGED:
        change_reason(review=review, to=question.heard, by=by)
    elif answer == CheckAnswer.ADDED:
        change_reason(review=review, also=question.heard, by=by)
    return ReasonCheck.objects.create(review=review, chosen=first, heard=question.heard, answer=answer, by=by)
