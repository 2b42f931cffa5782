"""The order in which the pile is emptied: rows in, offers out, by the order of `objections.nlp.curating`.

It answers in a web request, so it looks at a part: the OFFERED newest notes that wait, and of each theme its last
placed examples, EXAMPLES in all. These are kept in memory as they are, and only what people did with them since is
asked of the database; they are read anew once they no longer do (see `_Held.fits`).
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from time import monotonic

import numpy as np
from django.utils import timezone

from objections.models import Objection, Placement, Refusal, Sorting, Theme, Vector
from objections.nlp.curating import ASIDE, OPEN, SUGGESTED, Curation
from objections.theming.matching import merged_into, placed, shown, standing, suggest_for
from objections.theming.reading import is_placeable
from objections.theming.vectors import encoder_name, from_bytes

OFFERED, EXAMPLES = 500, 1500
LEAST_EXAMPLES = 3  # of each theme, however many themes there are
LOOKED_OVER = 5000  # notes that wait, the newest first
KEPT = 300  # seconds until what was placed elsewhere teaches the order, too
AT_WORK = timedelta(minutes=10)  # who sorted something so recently is taken to be at it still

_lock = Lock()
_held = None


@dataclass(frozen=True)
class Offer:
    """Objections likely to belong to one theme, or one objection with its likeliest themes (none if it had none)."""

    objections: list[Objection]
    themes: list[Theme]

    @property
    def is_group(self) -> bool:
        return len(self.objections) > 1


@dataclass
class _Held:
    """What one process keeps. Rows of `curation` are first the notes, in the order of `notes`, then examples."""

    curation: Curation
    notes: dict[int, str]  # id -> hash of the text its vector was made of
    outside: dict[int, str]  # waited too when this was read, and were left out
    themes: list[int]
    placed: np.ndarray
    encoder: str
    since: float = field(default_factory=monotonic)

    def __post_init__(self):
        self.at = {pk: row for row, pk in enumerate(self.notes)}

    def fits(self, waiting: dict[int, str], active: Collection[int]) -> bool:
        """Not too old, no theme gone, nothing new that waits, and enough left of what was read."""
        known = self.notes | self.outside
        left = sum(1 for pk in waiting if pk in self.notes)
        return (
            self.encoder == encoder_name()
            and monotonic() - self.since < KEPT
            and set(self.themes) <= set(active)
            and all(known.get(pk) == waiting[pk] for pk in list(waiting)[:OFFERED])
            and left >= min(OFFERED // 2, len(waiting))
        )


def next_offer(person: int, skipped: Collection[int] = ()) -> Offer | None:
    """What to show a person (id) next, leaving out what they skipped; None when nothing else waits.

    Of several people at work each is offered other notes, as long as there are enough.
    """
    global _held
    waiting, unread = _waiting()
    found = None
    if waiting:
        active = set(Theme.objects.active().values_list("pk", flat=True))
        with _lock:
            if _held is None or not _held.fits(waiting, active):
                _held = _read(waiting, active)
            found = _ask(_held, waiting, active, person, set(skipped))
    return found or _unread_offer([pk for pk in unread if pk not in skipped])


def guesses_of(objections: Collection[Objection], shown: list[int]) -> dict[int, list[int]]:
    """By objection id the machine's guesses, best first: `shown`, after those that a person said no to before."""
    refusals = Refusal.objects.live().of_a_theme().filter(objection__in=objections).order_by("pk")
    before = defaultdict(list)
    for objection, theme in refusals.values_list("objection", "theme"):
        before[objection].append(theme)
    return {o.pk: list(dict.fromkeys([*before[o.pk], *shown])) for o in objections}


def _waiting() -> tuple[dict[int, str], list[int]]:
    """(id -> hash of the words that were read, ids of what was not read yet), newest first."""
    rows = Objection.objects.in_pile().values_list("pk", "vector__text_hash", "vector__encoder")[:LOOKED_OVER]
    read, unread, encoder = {}, [], encoder_name()
    for pk, text, made_by in rows:
        if made_by == encoder:
            read[pk] = text
        else:
            unread.append(pk)
    return read, unread


def _read(waiting: dict[int, str], active: set[int]) -> _Held:
    order = list(waiting)
    vectors = dict(_vectors(order[:OFFERED]))
    notes = {pk: waiting[pk] for pk in order[:OFFERED] if pk in vectors}
    examples = _examples(active)
    themes = list(dict.fromkeys(theme for theme, _ in examples))
    at = {theme: number for number, theme in enumerate(themes)}
    rows = np.stack([*(vectors[pk] for pk in notes), *(vector for _, vector in examples)])
    where = np.array([OPEN] * len(notes) + [at[theme] for theme, _ in examples], dtype=np.intp)
    outside = {pk: text for pk, text in waiting.items() if pk not in notes}
    return _Held(Curation.going_on(rows, themes, where), notes, outside, themes, where, encoder_name())


def _examples(active: set[int]) -> list[tuple[int, np.ndarray]]:
    """(theme, vector): what people placed last, then exemplars, then what the machine placed, up to so many a theme."""
    each = max(LEAST_EXAMPLES, EXAMPLES // max(len(active), 1))
    by_people, by_model, exemplars = defaultdict(list), defaultdict(list), defaultdict(list)
    for theme, by, objection in placed().order_by("-id").values_list("theme", "by", "objection"):
        (by_people if by else by_model)[theme].append(objection)
    into = merged_into()
    for theme, data in shown().values_list("theme", "data"):
        exemplars[standing(theme, into)].append(from_bytes(data))
    wanted = {}
    for theme in sorted(active):
        people = by_people[theme][:each]
        free = max(each - len(people) - len(exemplars[theme]), 0)
        wanted |= dict.fromkeys([*people, *by_model[theme][:free]], theme)
    found = [(wanted[pk], vector) for pk, vector in _vectors(list(wanted))]
    return found + [(theme, vector) for theme in sorted(active) for vector in exemplars[theme][:each]]


def _vectors(objections: list[int]) -> list[tuple[int, np.ndarray]]:
    rows = Vector.objects.filter(objection__in=objections, encoder=encoder_name()).order_by("objection")
    return [(pk, from_bytes(data)) for pk, data in rows.values_list("objection", "data")]


def _ask(held: _Held, waiting: dict[int, str], active: set[int], person: int, skipped: set[int]) -> Offer | None:
    state = held.curation
    _learn(held, waiting, active)
    free = [pk for pk in held.notes if pk in waiting and pk not in skipped]
    mine = _share(free, person) or free
    away = set(held.notes) - set(mine)
    now = held.placed.copy()
    now[[held.at[pk] for pk in away if now[held.at[pk]] == OPEN]] = ASIDE
    known = np.unique(now[now >= 0])  # a theme may have lost all that showed it
    themes = [held.themes[at] for at in known]
    now[now >= 0] = np.searchsorted(known, now[now >= 0])
    state.themes, state.placed, state.refused = themes, now, _refused(held, themes)
    found = state.next_offer()
    if found is None:
        return None
    numbers = list(held.notes)
    return _offer([numbers[row] for row in found.notes], [themes[at] for at in found.themes])


def _learn(held: _Held, waiting: dict[int, str], active: set[int]) -> None:
    """Sets where its notes stand now; a theme that was made since is known from its first note on."""
    gone = [pk for pk in held.notes if pk not in waiting]
    stand = dict(Placement.objects.counted().filter(objection__in=gone).values_list("objection", "theme"))
    for pk, row in held.at.items():
        theme = stand.get(pk)
        if pk in waiting:
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


def _refused(held: _Held, themes: list[int]) -> set[tuple[int, int]]:
    """(row, position of the theme): people said no, or took the note out of it."""
    no = Refusal.objects.live().of_a_theme().filter(objection__in=list(held.notes))
    out = Placement.objects.filter(objection__in=list(held.notes), undone_by__isnull=False)
    pairs = [*no.values_list("objection", "theme"), *out.values_list("objection", "theme")]
    at = {theme: number for number, theme in enumerate(themes)}
    return {(held.at[objection], at[theme]) for objection, theme in pairs if theme in at}


def _offer(objections: list[int], themes: list[int]) -> Offer:
    rows = Objection.objects.select_related("opportunity__account", "competitor").in_bulk(objections)
    found = Theme.objects.active().select_related("category").in_bulk(themes)
    if len(objections) == 1:
        refused = Refusal.objects.live().filter(objection=objections[0], theme__in=themes)
        for theme in refused.values_list("theme", flat=True):
            found.pop(theme, None)
    return Offer([rows[pk] for pk in objections if pk in rows], [found[pk] for pk in themes if pk in found][:SUGGESTED])


def _unread_offer(unread: list[int]) -> Offer | None:
    """The newest of what no vector is kept of: logged a moment ago, read by an earlier encoder, or in a language that
    the encoder does not know, of which nothing is guessed.
    """
    objection = Objection.objects.select_related("opportunity__account", "competitor").filter(pk__in=unread[:1]).first()
    if objection is None:
        return None
    themes = [suggestion.theme for suggestion in suggest_for([objection])[0]] if is_placeable(objection) else []
    return Offer([objection], themes)
