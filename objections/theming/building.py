"""A build: reads every objection, finds groups, and proposes changes. It changes no theme and no placement itself."""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from django.utils import timezone

from objections import nlp
from objections.models import Build, Objection, Placement, Proposal, Theme
from objections.theming.grounds import changed, doubtable_names, idle_themes
from objections.theming.matching import current_index
from objections.theming.reading import groupable, phrasing
from objections.theming.remembering import Row, follow, why_gone, worth_deciding
from objections.theming.vectors import CHUNK, encode_exemplars, store_vectors, stored_vectors

KINDS = {kind: kind for kind in ("new", "move", "merge", "split", "rename", "retire")} | {"assign": "move"}
FOR_A_THEME = ("new", "move")  # kinds that would put objections without a theme in one

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Found:
    """What a build proposes, not saved yet; `themed` are the ids of the objections read that stood in a theme."""

    objections_read: int = 0
    themed: frozenset[int] = frozenset()
    rows: tuple[Row, ...] = ()

    @property
    def in_groups(self) -> int:
        """How many stood in a theme or are proposed for one."""
        wanted = {pk for proposal, members in self.rows if proposal.kind in FOR_A_THEME for pk in members}
        return len(wanted | self.themed)


class Phases:
    """Passes progress on and keeps the time: each note begins a phase."""

    def __init__(self, progress: Progress):
        self.progress, self.done, self._note, self._began = progress, [], "", time.monotonic()

    def __call__(self, done: int, total: int, note: str) -> None:
        if note != self._note:
            self.close()
            self._note = note
        self.progress(done, total, note)

    def close(self) -> list[list]:
        """[words, seconds] of each phase so far."""
        now = time.monotonic()
        if self._note:
            self.done.append([self._note, round(now - self._began, 2)])
        self._note, self._began = "", now
        return self.done


def propose(progress: Progress) -> Found:
    """Reads all live objections."""
    objections = list(groupable(Objection.objects.live().exclude(text="")).order_by("pk"))
    if not objections:
        return Found()
    progress(0, 0, "reading examples")
    encode_exemplars()
    vectors = _read(objections, progress)
    live = {row[0]: row[1:] for row in Placement.objects.counted().values_list("objection_id", "theme_id", "by_id")}
    standing = [live.get(objection.pk, (None, None)) for objection in objections]
    proposed = nlp.propose(
        [phrasing(objection) for objection in objections],
        [theme for theme, _ in standing],
        [by is not None for _, by in standing],
        index=current_index(),
        names=dict(Theme.objects.active().values_list("pk", "name")),
        doubtable=doubtable_names(),
        all_themes=idle_themes(),
        known_vectors=vectors,
        progress=progress,
    )
    rows = [_row(proposal, objections) for proposal in proposed]
    in_theme = defaultdict(list)
    for pk, (theme, _) in live.items():
        in_theme[theme].append(pk)
    themed = frozenset(objection.pk for objection in objections if objection.pk in live)
    return Found(len(objections), themed, tuple(worth_deciding(rows, in_theme)))


def keep(build: Build, found: Found, *, stands_on: dict, phases: list) -> None:
    """Replaces the open proposals by these and ends the build; inside a transaction."""
    before = Build.objects.ended().first()
    changes = changed(before.stands_on, stands_on) if before else []
    for proposal in follow(found.rows):
        proposal.state, proposal.gone = "stale", why_gone(proposal, changes)
        proposal.save(update_fields=["state", "gone"])
    Proposal.objects.open().update(state="stale")
    for proposal, objections in found.rows:
        proposal.build = build
        proposal.save()
        proposal.objections.set(objections)
    build.ended_at, build.stands_on, build.phases = timezone.now(), stands_on, phases
    build.objections_read, build.in_themes, build.in_groups = found.objections_read, len(found.themed), found.in_groups
    build.save()


def skip(build: Build, same_as: Build) -> None:
    """Ends a build that found nothing changed; inside a transaction."""
    build.ended_at, build.same_as, build.stands_on = timezone.now(), same_as, same_as.stands_on
    build.save()


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


def _row(proposal, objections: list[Objection]) -> Row:
    merges = proposal.kind == "merge"
    nearest = proposal.nearest_index
    made = Proposal(
        kind=KINDS[proposal.kind],
        theme_id=proposal.other if merges else proposal.theme,
        into_id=proposal.theme if merges else None,
        name=proposal.name[:120],
        why=proposal.reason[:400],
        confidence=proposal.confidence,
        nearest_id=None if nearest is None else objections[nearest].pk,
    )
    return made, [objections[member].pk for member in proposal.members]
