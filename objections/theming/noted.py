"""Looks for objections in what reviews say in free words, and keeps where they stand for a person to decide."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from django.utils import timezone

from feedback.models import Job, Review
from objections import nlp
from objections.models import Noted, Objection
from objections.nlp.noted import may_hold_objections
from objections.theming.matching import current_index
from objections.theming.vectors import text_hash

KINDS = ("read_words", "look_in_notes")
PATIENCE = timedelta(minutes=2)  # so long a page that is open asks again
COLUMNS = ("would_have_changed", "won_because", "other_reason")


def find_in_notes(reviews: Sequence[Review]) -> Callable[[], None]:
    """Reads them now; the function returned writes what was found, inside a transaction.

    Words that were looked at before are left alone, whatever was decided of them, and so is a note of which each
    objection was logged on the deal in these very words: it was logged from here, and the note edited since.
    """
    found = []
    for review in reviews:
        for column in COLUMNS:
            text = getattr(review, column)
            key = {"review": review, "column": column, "text_hash": text_hash(text)}
            if text and not Noted.objects.filter(**key).exists():
                spans = nlp.find_objections(text, current_index())
                if spans and not heard_in(review, [text[start:end] for start, end in spans]):
                    found.append((key, spans))

    def write() -> None:
        for key, spans in found:
            Noted.objects.get_or_create(**key, defaults={"spans": spans})

    return write


def heard_in(review: Review, words: Sequence[str]) -> bool:
    """Whether each of these was logged on the review's deal already."""
    return {text.strip().lower() for text in words} <= texts_heard(review)


def texts_heard(review: Review) -> set[str]:
    """What was logged on the review's deal, as it is compared."""
    heard = Objection.objects.live().filter(opportunity=review.opportunity_id).values_list("text", flat=True)
    return {text.strip().lower() for text in heard}


def may_be_offered(review: Review) -> bool:
    """Whether any of its words are long enough, and cut, so that it is worth a look."""
    return review.archived_at is None and any(may_hold_objections(getattr(review, column)) for column in COLUMNS)


def is_being_looked_at(review: Review) -> bool:
    """Whether its words were saved lately, and a job that may offer something has not ended yet."""
    since = timezone.now() - PATIENCE
    jobs = Job.objects.unfinished().filter(kind__in=KINDS, queued_at__gte=since).values_list("payload", flat=True)
    return any(review.pk in payload.get("reviews", _reviews_read(payload)) for payload in jobs)


def _reviews_read(payload: dict) -> list[int]:
    return payload["rows"] if payload.get("model") == Review._meta.model_name else []


def offered(review: Review) -> Noted | None:
    """What is waiting to be decided of the words that stand in this review now."""
    if review.pk is None:
        return None
    now = {column: text_hash(getattr(review, column)) for column in COLUMNS}
    rows = Noted.objects.open().filter(review=review, text_hash__in=now.values())
    return next((row for row in rows if now.get(row.column) == row.text_hash), None)
