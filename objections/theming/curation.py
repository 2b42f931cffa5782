"""The pile as rows of vectors: notes that people are asked about, and what shows where things belong."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from objections.models import Objection, Placement, Presumption, Refusal, Theme, Vector
from objections.nlp.curating import ASIDE, NOWHERE, OPEN, Curation
from objections.theming.matching import merged_into, placed, shown, standing
from objections.theming.vectors import encoder_name, from_bytes

EXAMPLES = 1500
LEAST_EXAMPLES = 3  # of each theme, however many themes there are
SET_ASIDE = 200  # of what a person found to fit nowhere, the newest
LOOKED_OVER = 5000  # notes at most, the newest


@dataclass(frozen=True)
class Asked:
    """Notes on the pile: `words` holds the hash of the words that were read by id; those of which nothing is presumed
    come first, the newest before others, then the rest, the least sure first. `stands` is the theme that is presumed,
    `sureness` how sure that was, by id. `unread` are the ids of those that no vector is kept of.
    """

    words: dict[int, str]
    stands: dict[int, int]
    sureness: dict[int, float]
    unread: list[int]

    @property
    def waiting(self) -> list[int]:
        """Ids of those of which nothing is presumed."""
        return [pk for pk in self.words if pk not in self.stands]


@dataclass(frozen=True)
class Rows:
    """`curation` holds first the `notes`, ids in order, then examples; `themes` are ids in the order it knows them."""

    curation: Curation
    notes: list[int]
    themes: list[int]


def asked() -> Asked:
    encoder, words, unread = encoder_name(), {}, []
    rows = Objection.objects.in_pile().values_list("pk", "vector__text_hash", "vector__encoder")
    for pk, text, made_by in rows[:LOOKED_OVER]:
        if made_by == encoder:
            words[pk] = text
        else:
            unread.append(pk)
    rows = Presumption.objects.standing().values_list("objection", "theme", "sureness")
    presumed = {pk: (theme, sure) for pk, theme, sure in rows if pk in words}
    order = [*(pk for pk in words if pk not in presumed), *presumed]
    return Asked(
        words={pk: words[pk] for pk in order},
        stands={pk: theme for pk, (theme, _) in presumed.items()},
        sureness={pk: sure for pk, (_, sure) in presumed.items()},
        unread=unread,
    )


def read_rows(notes: Sequence[int], active: Collection[int]) -> Rows:
    """Notes without a vector are left out. Where the others stand is for `stand` to say."""
    vectors = dict(_vectors(notes))
    notes = [pk for pk in notes if pk in vectors]
    examples, aside = _examples(active), _vectors(_set_aside())
    themes = list(dict.fromkeys(theme for theme, *_ in examples))
    at = {theme: number for number, theme in enumerate(themes)}
    where = [OPEN] * len(notes) + [at[theme] for theme, *_ in examples] + [ASIDE] * len(aside)
    by_people = [True] * len(notes) + [by_person for _, by_person, _ in examples] + [True] * len(aside)
    data = [*(vectors[pk] for pk in notes), *(vector for *_, vector in examples), *(vector for _, vector in aside)]
    return Rows(Curation.going_on(np.stack(data), themes, where, by_people), notes, themes)


def refused(notes: Iterable[int], themes: Sequence[int]) -> set[tuple[int, int]]:
    """(row of the note, position of the theme): people said no, or took the note out of it."""
    row = {pk: at for at, pk in enumerate(notes)}
    at = {theme: number for number, theme in enumerate(themes)}
    return {(row[objection], at[theme]) for objection, theme in refused_pairs(list(row)) if theme in at}


def refused_pairs(notes) -> set[tuple[int, int]]:
    """(objection, theme), by id; `notes` are ids or a query of them."""
    no = Refusal.objects.live().of_a_theme().filter(objection__in=notes)
    out = Placement.objects.filter(objection__in=notes, undone_by__isnull=False)
    return {*no.values_list("objection", "theme"), *out.values_list("objection", "theme")}


def active_themes() -> set[int]:
    return set(Theme.objects.active().values_list("pk", flat=True))


def presumed_rows(notes: Sequence[int], stands: dict[int, int], themes: Sequence[int]) -> np.ndarray:
    """(notes,): the position of the theme that is presumed of each, or NOWHERE."""
    at = {theme: number for number, theme in enumerate(themes)}
    return np.array([at.get(stands.get(pk), NOWHERE) for pk in notes], dtype=np.intp)


def _set_aside() -> list[int]:
    return list(Objection.objects.set_aside().values_list("pk", flat=True)[:SET_ASIDE])


def _examples(active: Collection[int]) -> list[tuple[int, bool, np.ndarray]]:
    """(theme, whether a person put it there, vector): what people placed last, then exemplars, up to so many of either
    a theme. What the machine placed shows nothing: it would learn from itself.
    """
    each = max(LEAST_EXAMPLES, EXAMPLES // max(len(active), 1))
    by_people, exemplars = defaultdict(list), defaultdict(list)
    for theme, objection in placed().by_people().order_by("-id").values_list("theme", "objection"):
        by_people[theme].append(objection)
    into = merged_into()
    for theme, data in shown().values_list("theme", "data"):
        exemplars[standing(theme, into)].append(from_bytes(data))
    wanted = {pk: theme for theme in sorted(active) for pk in by_people[theme][:each]}
    found = [(wanted[pk], True, vector) for pk, vector in _vectors(list(wanted))]
    return found + [(theme, False, vector) for theme in sorted(active) for vector in exemplars[theme][:each]]


def _vectors(objections: Sequence[int]) -> list[tuple[int, np.ndarray]]:
    rows = Vector.objects.filter(objection__in=list(objections), encoder=encoder_name()).order_by("objection")
    return [(pk, from_bytes(data)) for pk, data in rows.values_list("objection", "data")]
