from datetime import timedelta

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from feedback.crossed import Saved, answers_of, changed_since, is_of_another_review, version_of
from feedback.masking import tell_of_words
from feedback.models import Opportunity, Reason, Review, Submission, Taxonomy, User
from feedback.models.opportunities import Outcome
from feedback.models.reviews import Kind

MOST_CONTRIBUTING = 2
review_submitted = Signal()  # sent with review=, by=, inside the transaction of the submission


def review_of(opportunity: Opportunity, by: User) -> Review:
    """The deal's live review, or a new unsaved one coded with the taxonomy in force."""
    kind = Kind.WIN if opportunity.outcome == Outcome.WON else Kind.LOSS
    author = opportunity.reviewer or by
    live = opportunity.reviews.live().first()
    return live or Review(opportunity=opportunity, kind=kind, taxonomy=Taxonomy.objects.current(), author=author)


class NotReady(Exception):
    """The review cannot be handed in, or stay so; `missing` says by question what is to be done."""

    def __init__(self, missing: dict[str, str]):
        super().__init__(" ".join(missing.values()))
        self.missing = missing


def hand_over_draft(opportunity: Opportunity) -> None:
    """Makes the deal's unfinished review that of the person it falls to now."""
    reviewer = opportunity.reviewer
    if reviewer:
        opportunity.reviews.drafts().exclude(author=reviewer).update(author=reviewer)


@transaction.atomic
def start_review(*, opportunity: Opportunity, by: User) -> Review:
    """The deal's live review, made if there is none; two devices starting at once share one."""
    opportunity = Opportunity.objects.select_for_update().get(pk=opportunity.pk)
    hand_over_draft(opportunity)
    review = review_of(opportunity, by)
    if review.pk is None:
        review.save()
    return review


@transaction.atomic
def save_answers(*, form, seen: str = "", age: timedelta = timedelta(0), tab: str = "") -> Saved:
    """Saves one question's valid form: its own columns only, since another question may be saving at this moment.

    `seen` is the version of the answers that the person had before their eyes, `age` how long ago they gave theirs,
    `tab` the page they gave them on: what it saved itself a moment ago, and has not heard of yet, is no answer of
    somebody else. Where others were saved meanwhile the newer stand, and the result says which gave way. Raises
    `NotReady` when a review that is handed in would lack an answer.
    """
    question = type(form)
    held = Review.objects.select_for_update(of=["self"]).get(pk=form.instance.pk)
    there, given = answers_of(question(instance=held)), answers_of(form)
    if there == given:
        return Saved(held)
    crossed = bool(seen) and seen != version_of(question(instance=held)) and not _is_last_of(held, tab)
    if crossed and (is_of_another_review(seen, held) or changed_since(held, question, timezone.now() - age)):
        return Saved(held, stands=False, other=given)
    missing = form.instance.missing_answers().get(form.question)
    if held.is_submitted and missing:
        raise NotReady({form.question: missing})
    answered = form.save(commit=False)
    for column in form.columns:
        setattr(held, column, getattr(answered, column))
    held._change_reason = tab[:100]
    held.save(update_fields=form.columns)
    form.instance = held  # so that its history, too, says of other questions what stands there now
    form.save_m2m()
    if set(form.changed_data) & set(Review.WORDS):
        tell_of_words([held])
    return Saved(held, other=there if crossed and any(there.values()) else None)


def _is_last_of(review, tab):
    """Whether that page was the last to save anything of the review."""
    last = review.history.first() if tab else None
    return last is not None and last.history_change_reason == tab[:100]


@transaction.atomic
def change_reason(*, review: Review, by: User, to: Reason | None = None, also: Reason | None = None) -> None:
    """Makes `to` the primary reason, or adds `also` to those that contributed.

    Raises `NotReady` where two contribute already.
    """
    if also:
        if review.contributing.exclude(pk=also.pk).count() >= MOST_CONTRIBUTING:
            raise NotReady({"reason": "Two others mattered already. Take one of them out first."})
        review.contributing.add(also)
        return
    review.reason, review.detail, review.other_reason = to, None, ""
    review._history_user = by
    review.save(update_fields=["reason", "detail", "other_reason"])
    if review.contributing.contains(to):
        review.contributing.remove(to)


@transaction.atomic
def submit_review(*, review: Review, by: User) -> Submission:
    """Hands the review in; handing it in again changes nothing. It is the work of whom it falls to, whoever types it.

    Raises `NotReady` while an answer is missing, or when the deal was reopened meanwhile.
    """
    review = Review.objects.select_for_update(of=["self"]).select_related("reason").get(pk=review.pk)
    live = review.submissions.live().first()
    if live:
        return live
    if review.archived_at:
        raise NotReady({"submit": "The deal was reopened meanwhile. This review is kept as its history."})
    if missing := review.missing_answers():
        raise NotReady(missing)
    Review.objects.filter(pk=review.pk).update(author=review.opportunity.reviewer or by)
    review.refresh_from_db(fields=["author"])
    submission = Submission.objects.create(review=review, by=by, at=timezone.now())
    review_submitted.send(Review, review=review, by=by)
    return submission


@transaction.atomic
def withdraw_review(*, review: Review, by: User) -> None:
    """Makes a submitted review a draft again; the deal owes one again. The rows stay."""
    review.submissions.live().update(withdrawn_by=by, withdrawn_at=timezone.now())
