"""A build: reads every objection, finds groups, and proposes changes. It changes no theme and no placement itself."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
from django.utils import timezone

from objections import nlp
from objections.models import Build, Objection, Placement, Proposal, Theme
from objections.theming.matching import current_index
from objections.theming.vectors import CHUNK, encode_exemplars, store_vectors, stored_vectors

KINDS = {"new": "new", "assign": "move", "move": "move", "merge": "merge", "split": "split", "retire": "retire"}
IDLE = timedelta(days=90)  # a theme without a voice for so long after it was made may be proposed for retirement

Progress = Callable[[int, int, str], None]


def propose(progress: Progress) -> tuple[int, list[tuple[Proposal, list[int]]]]:
    """Reads all live objections; gives how many, and unsaved proposals with the ids of their objections."""
    objections = list(Objection.objects.live().exclude(text="").only("pk", "text").order_by("pk"))
    if not objections:
        return 0, []
    encode_exemplars()
    vectors = _read(objections, progress)
    live = {row[0]: row[1:] for row in Placement.objects.counted().values_list("objection_id", "theme_id", "by_id")}
    themes = [live.get(objection.pk, (None, None))[0] for objection in objections]
    by_person = [live.get(objection.pk, (None, None))[1] is not None for objection in objections]
    found = nlp.find_themes([objection.text for objection in objections], known_vectors=vectors, progress=progress)
    proposed = nlp.propose(vectors, themes, by_person, found, current_index(), all_themes=_idle_themes())
    rows = [(_row(proposal), [objections[member].pk for member in proposal.members]) for proposal in proposed]
    return len(objections), _worth_deciding(rows)


def keep(build: Build, objections_read: int, proposals: list[tuple[Proposal, list[int]]]) -> None:
    """Replaces the open proposals by these and ends the build; inside a transaction."""
    Proposal.objects.open().update(state="stale")
    for proposal, objections in proposals:
        proposal.build = build
        proposal.save()
        proposal.objections.set(objections)
    build.ended_at, build.objections_read = timezone.now(), objections_read
    build.save(update_fields=["ended_at", "objections_read"])


def _read(objections: list[Objection], progress: Progress) -> np.ndarray:
    """Float32 (len(objections), width). What has no vector yet is encoded and kept, a chunk at a time."""
    kept = stored_vectors(objections)
    missing = [objection for objection in objections if objection.pk not in kept]
    for start in range(0, len(missing), CHUNK):
        progress(start, len(missing), "reading objections")
        chunk = missing[start : start + CHUNK]
        made = nlp.encode([objection.text for objection in chunk])
        found = [(objection.pk, objection.text, vector) for objection, vector in zip(chunk, made, strict=True)]
        store_vectors(found)
        kept.update((pk, vector) for pk, _, vector in found)
    return np.stack([kept[objection.pk] for objection in objections])


def _idle_themes() -> list[int]:
    """Active themes that may be proposed for retirement. Those a portal starts with wait to be heard."""
    return list(
        Theme.objects.active().filter(seed=None, made_at__lt=timezone.now() - IDLE).values_list("pk", flat=True)
    )


def _row(proposal) -> Proposal:
    merges = proposal.kind == "merge"
    return Proposal(
        kind=KINDS[proposal.kind],
        theme_id=proposal.other if merges else proposal.theme,
        into_id=proposal.theme if merges else None,
        name=proposal.name[:120],
        why=proposal.reason[:400],
    )


def _worth_deciding(rows: list[tuple[Proposal, list[int]]]) -> list[tuple[Proposal, list[int]]]:
    """Leaves out what was rejected before, and objections from themes that a person took them out of."""
    taken_out = set(
        Placement.objects.filter(undone_by__isnull=False).values_list("objection_id", "theme_id").distinct()
    )
    rejected = [
        (_target(proposal), {objection.pk for objection in proposal.objections.all()})
        for proposal in Proposal.objects.filter(state="rejected").prefetch_related("objections")
    ]
    kept = []
    for proposal, members in rows:
        if proposal.kind == "move":
            members = [pk for pk in members if (pk, proposal.theme_id) not in taken_out]
            if not members:
                continue
        if not any(target == _target(proposal) and set(members) <= before for target, before in rejected):
            kept.append((proposal, members))
    return kept


def _target(proposal: Proposal) -> tuple:
    return proposal.kind, proposal.theme_id, proposal.into_id
