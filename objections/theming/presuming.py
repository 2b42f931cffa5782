"""Where what waits likely belongs, as people's placements teach the machine: presumed until one of them looks.

What an open proposal of a build is about is left out, for a person is asked about that. See `objections.nlp.curating`.
"""

from collections.abc import Callable

import numpy as np
from django.utils import timezone

from feedback.jobs import queue_job
from feedback.models import Job
from objections.actions.moving import hold_themes
from objections.models import Objection, Placement, Presumption, Proposal
from objections.nlp.settings import read_section
from objections.theming.curation import active_themes, asked, presumed_rows, read_rows, refused

KIND = "presume_themes"


def is_due() -> bool:
    """Whether people placed enough since the last time to look again."""
    settings = read_section("curator")
    placed = Placement.objects.live().by_people().order_by()
    last = Job.objects.filter(kind=KIND).order_by("-id").first()
    if last is None:
        return placed[: settings["least"]].count() == settings["least"]
    since = placed.filter(at__gt=last.started_at or last.queued_at)
    return since[: settings["every"]].count() == settings["every"]


def presume_soon() -> None:
    """Queues it where it is due and does not wait already; in the transaction of what was placed."""
    if is_due() and not Job.objects.unfinished().filter(kind=KIND).exists():
        queue_job(kind=KIND)


def presume() -> Callable[[], dict[str, int]]:
    """Reckons now; the function returned writes the outcome, inside a transaction, and counts what it wrote.

    What changes meanwhile needs no second look: a presumption holds only while it stands (`Presumption.standing`).
    """
    found = _presumed()

    def write() -> dict[str, int]:
        themes = hold_themes()
        there = Objection.objects.select_for_update().filter(pk__in=[each.objection_id for each in found])
        there = set(there.order_by("pk").values_list("pk", flat=True))
        fit = [each for each in found if each.objection_id in there and each.theme_id in themes]
        Presumption.objects.exclude(objection__in=Objection.objects.in_pile().order_by()).delete()
        Presumption.objects.bulk_create(
            fit,
            update_conflicts=True,
            unique_fields=["objection"],
            update_fields=["theme", "sureness", "words", "at"],
        )
        return {"presumed": len(fit)}

    return write


def _presumed() -> list[Presumption]:
    """Those that are new or different."""
    now, active = asked(), active_themes()
    rows = read_rows(list(now.words), active) if now.words and active else None
    if rows is None or not rows.themes:
        return []
    state, count = rows.curation, len(rows.notes)
    stood = presumed_rows(rows.notes, now.stands, rows.themes)
    state.presumed[:count] = stood
    state.sureness[:count] = [now.sureness.get(pk, 0) for pk in rows.notes]
    state.refused = refused(rows.notes, rows.themes)
    state.presume()
    proposed = set(Proposal.objects.open().values_list("objections", flat=True))
    changed = [at for at in np.flatnonzero(state.presumed[:count] != stood) if rows.notes[at] not in proposed]
    return [
        Presumption(
            objection_id=rows.notes[at],
            theme_id=rows.themes[state.presumed[at]],
            sureness=round(float(state.sureness[at]), 6),
            words=now.words[rows.notes[at]],
            at=timezone.now(),
        )
        for at in changed
    ]
