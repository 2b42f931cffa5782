"""The portal's clock, set back: what is done at a moment of the story is written as it would have been then."""

from contextlib import contextmanager
from datetime import UTC, datetime

from django.utils import timezone

from objections.models import (
    Collateral,
    Comment,
    ContentRequest,
    Move,
    Pin,
    Routing,
    RoutingNote,
    SignOff,
    Usage,
    Version,
)

# Columns whose default holds on to the real clock.
STAMPS = [
    (Collateral, "made_at"),
    *((model, "at") for model in (Comment, ContentRequest, Move, Pin, Routing, RoutingNote, SignOff, Usage, Version)),
]


@contextmanager
def as_of(moment: datetime):
    """Takes `moment` for now in this process while the block runs; only for a command that has it to itself."""
    real = timezone.now
    since = real()
    timezone.now = lambda: moment.astimezone(UTC)  # as the real clock tells it
    try:
        yield
    finally:
        timezone.now = real
    for model, field in STAMPS:
        model.objects.filter(**{f"{field}__gte": since}).update(**{field: moment})
