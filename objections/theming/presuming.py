"""What waits is put where it likely belongs, as people's placements teach the machine, until one of them looks.

What a person placed, refused, took out or set aside is left alone, as is what an open proposal would put in a theme,
for a person is asked about that. What the machine put somewhere may go elsewhere once it is surer of that than it was.
See `objections.nlp.curating`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from django.utils import timezone

from feedback.figures import forget_figures
from feedback.jobs import queue_job
from feedback.models import Job
from objections.actions.moving import hold_themes
from objections.models import Objection, Placement, Proposal
from objections.nlp.settings import read_section
from objections.theming.curation import active_themes, asked, presumed_rows, read_rows, refused, refused_pairs
from objections.theming.vectors import text_hash

KIND = "presume_themes"


@dataclass(frozen=True)
class Change:
    """Of one objection: the words it was read with, the theme it stood in, if any, and the one it is to stand in."""

    objection: int
    words: str
    was: int | None
    theme: int
    confidence: float


def is_due() -> bool:
    """Whether people placed enough since the last time to look again."""
    settings = read_section("curator")
    placed = Placement.objects.live().by_people()
    last = Job.objects.filter(kind=KIND).order_by("-id").first()
    if last is None:
        return placed[: settings["least"]].count() == settings["least"]
    since = placed.filter(at__gt=last.started_at or last.queued_at).order_by()
    return since[: settings["every"]].count() == settings["every"]


def presume_soon() -> None:
    """Queues it where it is due and does not wait already; in the transaction of what was placed."""
    if is_due() and not Job.objects.unfinished().filter(kind=KIND).exists():
        queue_job(kind=KIND)


def presume() -> Callable[[], dict[str, int]]:
    """Reckons now; the function returned writes the outcome, inside a transaction, and counts what it did."""
    changes = list(_changes())

    def write() -> dict[str, int]:
        themes = hold_themes()
        held = Objection.objects.select_for_update().live().filter(pk__in=[change.objection for change in changes])
        rows = {row.pk: row for row in held.order_by("pk")}
        live = {row.objection_id: row for row in Placement.objects.live().filter(objection__in=list(rows))}
        said_no, aside = refused_pairs(list(rows)), set(Objection.objects.set_aside().values_list("pk", flat=True))
        fit = [
            change
            for change in changes
            if change.objection in rows
            and change.objection not in aside
            and text_hash(rows[change.objection].text) == change.words
            and _stands_as_read(live.get(change.objection), change)
            and themes[change.theme].is_active
            and (change.objection, change.theme) not in said_no
        ]
        _put(fit, live)
        return {
            "placed": sum(1 for change in fit if change.was is None),
            "moved": sum(1 for change in fit if change.was),
        }

    return write


def _changes() -> Iterator[Change]:
    now, active = asked(), active_themes()
    if not now.words or not active:
        return
    rows = read_rows(list(now.words), active)
    state, themes = rows.curation, rows.themes
    if not themes:
        return
    count = len(rows.notes)
    stood = presumed_rows(rows.notes, now.stands, themes)
    state.presumed[:count] = stood
    state.sureness[:count] = [now.sureness.get(pk, 0) for pk in rows.notes]
    state.refused = refused(rows.notes, themes)
    state.presume()
    proposed = set(Proposal.objects.open().values_list("objections", flat=True))
    for at in np.flatnonzero(state.presumed[:count] != stood):
        pk = rows.notes[at]
        if pk in proposed:
            continue
        yield Change(
            objection=pk,
            words=now.words[pk],
            was=now.stands.get(pk),
            theme=themes[state.presumed[at]],
            confidence=round(float(state.sureness[at]), 6),
        )


def _stands_as_read(live: Placement | None, change: Change) -> bool:
    """A person's placement is never replaced, nor what was put elsewhere meanwhile."""
    if live is None:
        return change.was is None
    return live.by_id is None and live.theme_id == change.was


def _put(changes: list[Change], live: dict[int, Placement]) -> None:
    if not changes:
        return
    forget_figures()
    ended = [live[change.objection].pk for change in changes if change.was]
    Placement.objects.filter(pk__in=ended).update(undone_at=timezone.now())
    Placement.objects.bulk_create(
        Placement(
            objection_id=change.objection,
            theme_id=change.theme,
            confidence=change.confidence,
            replaces=live.get(change.objection),
        )
        for change in changes
    )
