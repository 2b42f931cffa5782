"""The order in which the pile is emptied: rows in, offers out, by the order of `objections.nlp.curating`.

It answers in a web request, so it looks at a part: the first OFFERED notes (see `curation.Asked`), and of each theme
its last placed examples. These are kept in memory as they are, and only what people did with them since is asked of the
database; they are read anew once they no longer do (see `_Held.fits`).
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from time import monotonic

import numpy as np
from django.utils import timezone

from objections.models import Objection, Placement, Refusal, Sorting, Theme
from objections.nlp.curating import ASIDE, OPEN, SUGGESTED
from objections.theming.curation import Asked, Rows, active_themes, asked, presumed_rows, read_rows, refused
from objections.theming.matching import suggest_for
from objections.theming.reading import is_placeable
from objections.theming.vectors import encoder_name

OFFERED = 500
KEPT = 300  # seconds until what was placed elsewhere teaches the order, too
AT_WORK = timedelta(minutes=10)  # who sorted something so recently is taken to be at it still

_lock = Lock()
_held = None


@dataclass(frozen=True)
class Offer:
    """Objections likely to belong to one theme, or one objection with its likeliest themes (none if it had none).

    `stands` is the theme that is presumed of the one objection, which a person is asked to check.
    """

    objections: list[Objection]
    themes: list[Theme]
    stands: Theme | None = None

    @property
    def is_group(self) -> bool:
        return len(self.objections) > 1


@dataclass
class _Held:
    """What one process keeps; `placed` says where its rows stand by now."""

    rows: Rows
    words: dict[int, str]  # id -> hash of the text its vector was made of
    outside: dict[int, str]  # could be asked about too when this was read, and were left out
    encoder: str
    since: float = field(default_factory=monotonic)

    def __post_init__(self):
        self.at = {pk: row for row, pk in enumerate(self.rows.notes)}
        self.placed = self.rows.curation.placed.copy()
        self.themes = list(self.rows.themes)

    def fits(self, now: Asked, active: Collection[int]) -> bool:
        """Not too old, no theme gone, nothing new that waits, and enough left of what was read."""
        known, first = self.words | self.outside, now.waiting or list(now.words)
        left = sum(1 for pk in first if pk in self.at)
        return (
            self.encoder == encoder_name()
            and monotonic() - self.since < KEPT
            and set(self.themes) <= set(active)
            and all(known.get(pk) == now.words[pk] for pk in list(now.words)[:OFFERED])
            and left >= min(OFFERED // 2, len(first))
        )


def next_offer(person: int, skipped: Collection[int] = ()) -> Offer | None:
    """What to show a person (id) next, leaving out what they skipped; None when nothing else waits.

    Of several people at work each is offered other notes, as long as there are enough. That of which something is
    presumed comes once nothing else waits, the least sure first.
    """
    global _held
    now = asked()
    found = None
    if now.words:
        active = active_themes()
        with _lock:
            if _held is None or not _held.fits(now, active):
                _held = _read(now, active)
            found = _ask(_held, now, active, person, set(skipped))
    if found and not found.stands:
        return found
    return _unread_offer([pk for pk in now.unread if pk not in skipped]) or found


def guesses_of(objections: Collection[Objection], shown: list[int]) -> dict[int, list[int]]:
    """By objection id the machine's guesses, best first: `shown`, after those that a person said no to before."""
    refusals = Refusal.objects.live().of_a_theme().filter(objection__in=objections).order_by("pk")
    before = defaultdict(list)
    for objection, theme in refusals.values_list("objection", "theme"):
        before[objection].append(theme)
    return {o.pk: list(dict.fromkeys([*before[o.pk], *shown])) for o in objections}


def _read(now: Asked, active: set[int]) -> _Held:
    rows = read_rows(list(now.words)[:OFFERED], active)
    rows.curation.calibrate()
    words = {pk: now.words[pk] for pk in rows.notes}
    return _Held(rows, words, {pk: text for pk, text in now.words.items() if pk not in words}, encoder_name())


def _ask(held: _Held, now: Asked, active: set[int], person: int, skipped: set[int]) -> Offer | None:
    state, notes = held.rows.curation, held.rows.notes
    _learn(held, now, active)
    free = [pk for pk in notes if pk in now.words and pk not in skipped]
    waiting, presumed = [pk for pk in free if pk not in now.stands], [pk for pk in free if pk in now.stands]
    mine = (_share(waiting, person) or waiting) + (_share(presumed, person) or presumed)
    placed = held.placed.copy()
    away = [held.at[pk] for pk in set(notes) - set(mine)]
    placed[[row for row in away if placed[row] == OPEN]] = ASIDE
    known = np.unique(placed[placed >= 0])  # a theme may have lost all that showed it
    themes = [held.themes[at] for at in known]
    placed[placed >= 0] = np.searchsorted(known, placed[placed >= 0])
    state.themes, state.placed, state.refused = themes, placed, refused(notes, themes)
    state.presumed[: len(notes)] = presumed_rows(notes, now.stands, themes)
    found = state.next_offer()
    if found is None:
        return None
    return _offer([notes[row] for row in found.notes], [themes[at] for at in found.themes], now.stands)


def _learn(held: _Held, now: Asked, active: set[int]) -> None:
    """Sets where its notes stand now; a theme that was made since is known from its first note on."""
    gone = [pk for pk in held.rows.notes if pk not in now.words]
    stand = dict(Placement.objects.counted().filter(objection__in=gone).values_list("objection", "theme"))
    for pk, row in held.at.items():
        theme = stand.get(pk)
        if pk in now.words:
            held.placed[row] = OPEN
        elif theme not in active:
            held.placed[row] = ASIDE
        else:
            if theme not in held.themes:
                held.themes.append(theme)
            held.placed[row] = held.themes.index(theme)


def _share(notes: list[int], person: int) -> list[int]:
    """Those of the notes that fall to this person while others are at work, too."""
    recent = Sorting.objects.filter(at__gte=timezone.now() - AT_WORK).order_by().values_list("by", flat=True).distinct()
    people = sorted({person, *recent})
    return [pk for pk in notes if pk % len(people) == people.index(person)]


def _offer(objections: list[int], themes: list[int], stands: dict[int, int]) -> Offer:
    rows = Objection.objects.select_related("opportunity__account", "competitor").in_bulk(objections)
    stands_in = stands.get(objections[0])
    found = Theme.objects.active().select_related("category").in_bulk([*themes, stands_in])
    if len(objections) == 1:
        said_no = Refusal.objects.live().filter(objection=objections[0], theme__in=themes)
        for theme in said_no.values_list("theme", flat=True):
            found.pop(theme, None)
    offered = [found[pk] for pk in themes if pk in found][:SUGGESTED]
    return Offer([rows[pk] for pk in objections if pk in rows], offered, found.get(stands_in))


def _unread_offer(unread: list[int]) -> Offer | None:
    """The newest of what no vector is kept of: logged a moment ago, read by an earlier encoder, or in a language that
    the encoder does not know, of which nothing is guessed.
    """
    objection = Objection.objects.select_related("opportunity__account", "competitor").filter(pk__in=unread[:1]).first()
    if objection is None:
        return None
    themes = [suggestion.theme for suggestion in suggest_for([objection])[0]] if is_placeable(objection) else []
    return Offer([objection], themes)
