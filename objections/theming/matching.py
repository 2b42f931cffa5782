"""Which theme does a text belong to? An index of examples in memory, renewed when the rows change.

Work that decides something takes `current_index`, which is never behind the rows and takes a second or more to build.
Whoever types takes `index_at_hand`, which never waits for that: a thread looks at the rows every LOOK_EVERY seconds at
most and builds a newer one beside the old. So what is suggested is behind by that and the time of one build, and on the
first word after a quiet hour by that hour. What must not be behind is asked of the rows each time: whether a theme is
active still, and whether a quote may be shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock, Thread
from time import monotonic

import numpy as np
from django.db import connection
from django.db.models import Count, Max, Sum

from objections import nlp
from objections.models import Exemplar, Learning, Merge, Objection, Placement, Theme
from objections.models.themes import State
from objections.theming.learning import learned
from objections.theming.vectors import encode_exemplars, encoder_name, from_bytes, vectors_of

PEOPLE_COUNT = 2  # an example placed by a person weighs as much as this many placed by the model
STEP = 64  # placements by the model before the index learns from them
SMALL = 500  # placements, up to which it is built in no time and learns from each

LOOK_EVERY = 2  # seconds between two looks whether the index at hand is behind the rows

_lock, _renewing = Lock(), Lock()
_held = None  # what one process keeps
_looked_at = 0.0  # when a thread looked last whether it is behind


@dataclass(frozen=True)
class Suggestion:
    """A theme that a text may belong to; `confidence` is 0 to 1, `is_sure` says it would be placed there."""

    theme: Theme
    confidence: float
    is_sure: bool


@dataclass(frozen=True, eq=False)
class Held:
    """An index, what the rows were like that it was made from, and the objection behind each of its examples (0 for a
    sentence that only shows what belongs to a theme).
    """

    signature: tuple
    encoder: str
    index: object
    voices: np.ndarray

    def look(self, vector: np.ndarray) -> "Look":
        return Look(self.index.look(vector), self.voices)

    def near_themes(self, vector: np.ndarray) -> dict[int, float]:
        """Themes by id with the cosine to their centre, nearest first."""
        if not self.index.themes:
            return {}
        likeness = self.index.likeness(vector[None])[0]
        order = np.argsort(-likeness, kind="stable")
        return {self.index.themes[at]: float(likeness[at]) for at in order}


@dataclass(frozen=True, eq=False)
class Look:
    """What a text is like: themes by id, and objections in them."""

    look: object
    voices: np.ndarray

    def match(self, limit: int):
        """The likeliest themes, best first; a tuple of `nlp.types.Match`."""
        return self.look.match(limit)

    def nearest(self, theme: int, limit: int) -> list[int]:
        """Ids of the objections in a theme that lie nearest, nearest first."""
        rows = self.look.nearest(theme, limit * PEOPLE_COUNT)
        return [pk for pk in dict.fromkeys(self.voices[rows].tolist()) if pk][:limit]


def current_index():
    """The `nlp` index over what stands in active themes now; the one in memory if no row has changed since."""
    return _renewed().index


def index_at_hand() -> Held:
    """What is in memory, behind the rows by a little: see above. Waits only where there is none yet."""
    global _looked_at
    held = _held
    if held is None or held.encoder != encoder_name():
        return _renewed()
    if monotonic() - _looked_at >= LOOK_EVERY and _renewing.acquire(blocking=False):
        _looked_at = monotonic()
        try:
            _beside(_renew)
        except RuntimeError:  # no thread to be had: the next look tries again
            _renewing.release()
    return _held


def _renewed() -> Held:
    global _held
    with _lock:
        signature = _signature()
        if _held is None or _held.signature != signature:
            _held = _build(signature)
        return _held


def _renew() -> None:
    try:
        _renewed()
    finally:
        _renewing.release()


def _beside(work: Callable[[], None]) -> None:
    """Does it in a thread of its own, with a database connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    Thread(target=run, name="index", daemon=True).start()


def warm() -> None:
    """Loads the encoder and the index, so that the first suggestion is as fast as the next. For a start-up thread."""
    encode_exemplars()
    nlp.match(["warm"], current_index())


def suggest_themes(text: str, limit: int = 3) -> list[Suggestion]:
    """The likeliest active themes of a text, best first; none for a blank text or while no theme has an example."""
    if not text.strip():
        return []
    return _suggestions(nlp.match([text], current_index(), limit))[0]


def suggest_for(objections: list[Objection], limit: int = 3) -> list[list[Suggestion]]:
    """`suggest_themes` for rows, from their stored vectors."""
    if not objections:
        return []
    return _suggestions(current_index().match(vectors_of(objections), limit))


def nearest_themes(groups: Sequence[Sequence[Objection]]) -> list[Theme | None]:
    """For each group of objections the active theme it is nearest to in the mean, however far."""
    voices = list({voice.pk: voice for group in groups for voice in group if voice.text}.values())
    vectors = dict(zip([voice.pk for voice in voices], vectors_of(voices), strict=True))
    middles = [[vectors[voice.pk] for voice in group if voice.text] for group in groups]
    index = current_index()
    if not index.themes:
        return [None for _ in middles]
    # Each is compared by itself: a mean of vectors is nothing the encoder or the lens would give.
    likeness = [index.likeness(np.array(middle)).mean(axis=0) if middle else None for middle in middles]
    nearest = [None if row is None else index.themes[int(row.argmax())] for row in likeness]
    themes = Theme.objects.active().select_related("category").in_bulk(set(nearest) - {None})
    return [themes.get(pk) for pk in nearest]


def likest_themes(theme: Theme, limit: int = 3) -> list[Theme]:
    """Other active themes, the likest first: candidates for a merge."""
    index = current_index()
    if theme.pk not in index.themes:
        return []
    alike = index.centres @ index.centres[index.themes.index(theme.pk)]
    order = [index.themes[at] for at in np.argsort(-alike, kind="stable")[: limit + 1]]
    themes = Theme.objects.active().in_bulk([pk for pk in order if pk != theme.pk])
    return [themes[pk] for pk in order if pk in themes][:limit]


def _suggestions(found) -> list[list[Suggestion]]:
    themes = Theme.objects.active().select_related("category").in_bulk({match.theme for row in found for match in row})
    return [
        [Suggestion(themes[match.theme], match.confidence, match.is_sure) for match in row if match.theme in themes]
        for row in found
    ]


def placed():
    """Placements in active themes that there is a vector of."""
    return Placement.objects.counted().filter(theme__state=State.ACTIVE, objection__vector__encoder=encoder_name())


def shown():
    """Exemplars of themes in use or merged that there is a vector of."""
    return Exemplar.objects.filter(encoder=encoder_name()).exclude(theme__state=State.RETIRED)


def _signature() -> tuple:
    """Differs as soon as people change what stands where; the model's own placements count in steps of STEP once there
    are many, since they teach it little and each would cost reading all examples again.
    """
    read = Placement.objects.live().filter(objection__vector__encoder=encoder_name())
    by_people = read.filter(by__isnull=False).aggregate(Count("id"), Max("at"), Sum("theme_id"))
    by_model = Placement.objects.live().filter(by=None).count()
    taken_out = Placement.objects.filter(undone_by__isnull=False).count()
    themes = Theme.objects.active().aggregate(Count("id"), Sum("id"), Max("made_at"))
    shown = Exemplar.objects.filter(encoder=encoder_name()).count()
    learned = Learning.objects.aggregate(Max("id"))
    merged = Merge.objects.filter(undone_at=None).aggregate(Count("id"), Max("id"))
    return (
        *by_people.values(),
        by_model // (STEP if by_model + by_people["id__count"] > SMALL else 1),
        taken_out,
        *themes.values(),
        shown,
        *learned.values(),
        *merged.values(),
    )


def _build(signature: tuple) -> Held:
    into, encoder = merged_into(), encoder_name()
    voices = list(placed().values_list("theme_id", "by_id", "objection_id", "objection__vector__data"))
    exemplars = list(shown().values_list("theme_id", "data"))
    themes = [theme for theme, *_ in voices] + [standing(theme, into) for theme, _ in exemplars]
    data = [vector for *_, vector in voices] + [vector for _, vector in exemplars]
    if not data:
        return Held(signature, encoder, nlp.build_index(np.empty((0, 1), dtype=np.float32), []), np.empty(0, np.int64))
    weights = [PEOPLE_COUNT if by else 1 for _, by, *_ in voices] + [1] * len(exemplars)
    behind = [pk for _, _, pk, _ in voices] + [0] * len(exemplars)
    vectors = from_bytes(b"".join(data)).reshape(len(data), -1)
    index = nlp.build_index(np.repeat(vectors, weights, axis=0), np.repeat(themes, weights).tolist(), **learned())
    return Held(signature, encoder, index, np.repeat(np.array(behind, dtype=np.int64), weights))


def merged_into() -> dict[int, int]:
    return dict(Merge.objects.filter(undone_at=None).values_list("theme_id", "into_id"))


def standing(theme: int, into: dict[int, int]) -> int:
    """The theme that speaks for it: where it was merged to, however often."""
    while theme in into:
        theme = into[theme]
    return theme
