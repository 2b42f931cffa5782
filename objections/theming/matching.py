"""Which theme does a text belong to? An index of examples in memory, renewed when the rows change."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from django.db.models import Count, Max, Sum

from objections import nlp
from objections.models import Exemplar, Learning, Merge, Objection, Placement, Theme
from objections.models.themes import State
from objections.theming.learning import learned
from objections.theming.vectors import encode_exemplars, encoder_name, from_bytes, vectors_of

PEOPLE_COUNT = 2  # an example placed by a person weighs as much as this many placed by the model
STEP = 64  # placements by the model before the index learns from them

_lock = Lock()
_held = (None, None)  # (signature of the rows, index made from them)


@dataclass(frozen=True)
class Suggestion:
    """A theme that a text may belong to; `confidence` is 0 to 1, `is_sure` says it would be placed there."""

    theme: Theme
    confidence: float
    is_sure: bool


def current_index():
    """The `nlp` index over what stands in active themes now; the one in memory if no row has changed since."""
    global _held
    with _lock:
        signature = _signature()
        if _held[0] != signature:
            _held = (signature, _build())
        return _held[1]


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
    """For each group of objections the active theme nearest to its middle, however far."""
    voices = list({voice.pk: voice for group in groups for voice in group if voice.text}.values())
    vectors = dict(zip([voice.pk for voice in voices], vectors_of(voices), strict=True))
    middles = [[vectors[voice.pk] for voice in group if voice.text] for group in groups]
    found = current_index().match(np.array([np.mean(middle, axis=0) for middle in middles if middle]), limit=1)
    suggested = iter(_suggestions(found))
    best = [next(suggested) if middle else [] for middle in middles]
    return [row[0].theme if row else None for row in best]


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
    """Differs as soon as people change what stands where; the model's own placements count in steps of STEP, since
    they teach it little and each would cost reading all examples again.
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
        by_model // STEP,
        taken_out,
        *themes.values(),
        shown,
        *learned.values(),
        *merged.values(),
    )


def _build():
    into = merged_into()
    voices = list(placed().values_list("theme_id", "by_id", "objection__vector__data"))
    exemplars = list(shown().values_list("theme_id", "data"))
    themes = [theme for theme, _, _ in voices] + [standing(theme, into) for theme, _ in exemplars]
    data = [vector for _, _, vector in voices] + [vector for _, vector in exemplars]
    if not data:
        return nlp.build_index(np.empty((0, 1), dtype=np.float32), [])
    weights = [PEOPLE_COUNT if by else 1 for _, by, _ in voices] + [1] * len(exemplars)
    vectors = from_bytes(b"".join(data)).reshape(len(data), -1)
    return nlp.build_index(np.repeat(vectors, weights, axis=0), np.repeat(themes, weights).tolist(), **learned())


def merged_into() -> dict[int, int]:
    return dict(Merge.objects.filter(undone_at=None).values_list("theme_id", "into_id"))


def standing(theme: int, into: dict[int, int]) -> int:
    """The theme that speaks for it: where it was merged to, however often."""
    while theme in into:
        theme = into[theme]
    return theme
