"""Objections seen in a review's note: logged together or declined by a person, and the way back."""

from django.db import transaction
from django.utils import timezone

from feedback.models import Review, User
from objections.actions.objections import log_objection, withdraw_objection
from objections.models import Noted, Objection
from objections.theming.noted import texts_heard
from objections.theming.vectors import text_hash


class NoteChanged(ValueError):
    """The words of the review are not those any more in which they were seen."""


@transaction.atomic
def log_noted(*, noted: Noted, by: User) -> list[Objection]:
    """Logs each as a voice on the deal, which finds its theme by itself; what was logged in these very words on this
    deal before is left out. Doing it again gives what was logged. Raises NoteChanged.
    """
    review, noted = _held(noted)
    if noted.logged_at:
        return list(noted.logged.order_by("pk"))
    if text_hash(getattr(review, noted.column)) != noted.text_hash:
        raise NoteChanged("The note was changed meanwhile, so nothing was logged.")
    deal = review.opportunity
    known = texts_heard(review)
    words = [text for text in noted.words(review) if text.strip() and text.strip().lower() not in known]
    made = [log_objection(objection=Objection(text=text, opportunity=deal, review=review), by=by) for text in words]
    noted.declined_at = noted.declined_by = None
    noted.logged_at, noted.logged_by = timezone.now(), by
    noted.save()
    noted.logged.set(made)
    return made


@transaction.atomic
def decline_noted(*, noted: Noted, by: User) -> None:
    """Remembers that they are not to be logged, until the words change. What was logged stays so."""
    Noted.objects.open().filter(pk=noted.pk).update(declined_at=timezone.now(), declined_by=by)


@transaction.atomic
def undo_noted(*, noted: Noted, by: User) -> None:
    """Asks again, and withdraws what was logged."""
    _, noted = _held(noted)
    for voice in noted.logged.live():
        withdraw_objection(objection=voice, by=by)
    noted.logged.clear()
    noted.logged_at = noted.logged_by = noted.declined_at = noted.declined_by = None
    noted.save()


def _held(noted: Noted) -> tuple[Review, Noted]:
    review = Review.objects.select_for_update(of=("self",)).select_related("opportunity").get(pk=noted.review_id)
    return review, Noted.objects.select_for_update().get(pk=noted.pk)
