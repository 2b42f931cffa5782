"""What pins and routings add to the history of a theme."""

from collections.abc import Iterator

from django.db.models import Prefetch
from django.urls import reverse

from objections.models import Pin, Routing, Theme


def standing_in_triage() -> list[Prefetch]:
    """What to fetch with a theme whose pins and routings are told."""
    routings = Routing.objects.select_related("by", "ended_by").prefetch_related("notes__by")
    return [Prefetch("pins", Pin.objects.select_related("by")), Prefetch("routings", routings)]


def triage_entries(theme: Theme, *, may_undo: bool) -> Iterator[dict]:
    """Entries of `_history.html`: what was pinned, routed, taken back and heard of it."""
    for pin in theme.pins.all():
        undo_url = reverse("objections:pin_undo", args=[pin.pk]) if may_undo and pin.undone_at is None else ""
        text = f"pinned it in triage: {pin.reason}"
        yield {"by": pin.by, "at": pin.at, "text": text, "undone_at": pin.undone_at, "undo_url": undo_url}
    for routing in theme.routings.all():
        team = routing.get_to_display().lower()
        yield {"by": routing.by, "at": routing.at, "text": f"routed it to {team}: {routing.why}"}
        for note in routing.notes.all():
            yield {"by": note.by, "at": note.at, "text": f"told what came of it: {note.text}"}
        if routing.ended_at:
            yield {"by": routing.ended_by, "at": routing.ended_at, "text": f"took it away from {team}"}
