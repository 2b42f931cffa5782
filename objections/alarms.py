"""What tells that a published piece may not hold any more: its review date, whether it is used, what is heard since."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format

from objections.models import Collateral
from objections.models.collateral import UNUSED_AFTER

REVIEW, UNUSED, DRIFTED = "review", "unused", "drifted"
CHOICES = [("any", "One at least"), (REVIEW, "Review is late"), (UNUSED, "Unused for 60 days"), (DRIFTED, "Drifted")]


@dataclass(frozen=True)
class Alarm:
    """`pill` is short, `words` say it in a sentence."""

    kind: str
    pill: str
    words: str
    tone: str = "warning"


def alarms_of(piece: Collateral, now: datetime) -> list[Alarm]:
    """Of a piece `with_rows`; none of one that is not published. No query."""
    live = piece.publication
    if live is None:
        return []
    checks = (_review(piece, now), _drift(piece, live), _unused(piece, live, now))
    return [alarm for alarm in checks if alarm]


def _review(piece, now):
    if piece.review_by and piece.review_by < timezone.localdate(now):
        words = f"It was to be checked by {date_format(piece.review_by, 'j F Y')}."
        return Alarm(REVIEW, "Review is late", words, "danger")
    return None


def _drift(piece, live):
    drift = getattr(piece, "drift", None)
    if drift and drift.has_drifted and drift.publication_id == live.pk:
        since = date_format(timezone.localdate(live.at), "F Y")
        words = f"{drift.apart} of {drift.voices} voices since {since} say something else"
        return Alarm(DRIFTED, words, f"{words} than what was heard before it was published.")
    return None


def _unused(piece, live, now):
    since = now - UNUSED_AFTER
    is_opened = piece.opened_on and piece.opened_on > timezone.localdate(since)
    if live.at > since or (piece.used_at and piece.used_at > since) or is_opened:
        return None
    return Alarm(UNUSED, "Unused for 60 days", "In 60 days nobody noted a use and nobody opened a link to it.")
