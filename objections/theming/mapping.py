"""The map of objections: which are on it, and where each lies."""

import hashlib
from collections.abc import Callable

import numpy as np

from objections import nlp
from objections.models import Map, Objection, Placement, Point
from objections.nlp.settings import read_section
from objections.theming.vectors import encoder_name, stored_vectors

MOST = 2000


def draw() -> Callable[[], Map | None]:
    """Lays out the newest objections that were read; the function returned keeps the picture in place of the last,
    inside a transaction.

    It gives the picture that stands then: the last while nothing changed since, None while nothing was read yet.
    """
    shown, vectors = _read()
    placed = dict(Placement.objects.counted().values_list("objection", "theme"))
    themes = [placed.get(objection.pk) for objection in shown]
    drawn_from = _hash(shown, themes)
    last = Map.objects.newest()
    if not shown or (last and last.drawn_from == drawn_from):
        return lambda: last
    places = nlp.lay_out(vectors, _earlier(shown), themes)

    def keep() -> Map:
        Map.objects.all().delete()
        drawn = Map.objects.create(drawn_from=drawn_from, oldest=min(objection.heard_on for objection in shown))
        # What was erased meanwhile is left out.
        left = set(Objection.objects.filter(pk__in=[objection.pk for objection in shown]).values_list("pk", flat=True))
        Point.objects.bulk_create(
            Point(map=drawn, objection=objection, x=x, y=y)
            for objection, (x, y) in zip(shown, places.tolist(), strict=True)
            if objection.pk in left
        )
        return drawn

    return keep


def _read() -> tuple[list[Objection], np.ndarray]:
    """The newest objections whose present words were read, oldest first, and their vectors (n, width)."""
    read = Objection.objects.live().with_words_read_by(encoder_name()).only("pk", "text", "heard_on")
    newest = list(read.order_by("-heard_on", "-pk")[:MOST])
    vectors = stored_vectors(newest)
    shown = sorted((objection for objection in newest if objection.pk in vectors), key=lambda each: each.pk)
    if not shown:
        return [], np.empty((0, 0), np.float32)
    return shown, np.stack([vectors[objection.pk] for objection in shown])


def _hash(shown: list[Objection], themes: list[int | None]) -> str:
    how = sorted((key, str(value)) for key, value in read_section("layout").items())
    what = [(objection.pk, objection.text, theme) for objection, theme in zip(shown, themes, strict=True)]
    return hashlib.sha256(repr([encoder_name(), how, what]).encode("utf-8", "replace")).hexdigest()


def _earlier(shown: list[Objection]) -> np.ndarray:
    """(n, 2): where each lies on the last picture, NaN for what is new."""
    points = {pk: (x, y) for pk, x, y in Point.objects.values_list("objection", "x", "y")}
    places = [points.get(objection.pk, (np.nan, np.nan)) for objection in shown]
    return np.array(places, dtype=float).reshape(-1, 2)
