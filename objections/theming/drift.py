"""Whether what buyers say since a piece was published is still what it answers.

Earlier voices are those heard in its themes until the day it was published: they are what it was written against.
How alike a voice is to them is the mean cosine to its nearest three (the encoder's own vectors, without the lens, which
would draw all that stands in one theme together). How alike the earlier voices are to one another, each without itself,
says what is usual: a newer voice that is less alike than nine in ten of them says something else. Novelty by the
distance to nearest neighbours, with a threshold from the distances among what is known: Ramaswamy, Rastogi & Shim,
Efficient algorithms for mining outliers from large data sets, SIGMOD 2000.

By chance one newer voice in ten lies there, so half of five or more is no chance (three of five: 0.9 %).
"""

from collections.abc import Callable
from datetime import date

import numpy as np
from django.utils import timezone

from objections.models import Drift, Objection, Placement, Publication
from objections.models.drift import LEAST
from objections.nlp.geometry import unit
from objections.nlp.lens import of_text
from objections.theming.vectors import stored_vectors

NEAREST = 3
LEAST_EARLIER = 10  # fewer do not say what is usual
MOST = 200  # of each, the nearest in time to the day it was published, and the newest
USUAL = 0.1  # the share of earlier voices that lie below what counts as alike


def look(progress: Callable[[int, int, str], None]) -> Callable[[], int]:
    """Compares the voices of every published piece; the function returned keeps what was found, in a transaction.

    It gives how many could be judged. Pieces with too few voices, before or since, are left without a judgement.
    """
    live = list(Publication.objects.live().select_related("collateral").order_by("pk"))
    found = []
    for number, publication in enumerate(live):
        progress(number, len(live), "comparing voices")
        earlier, newer = _voices(publication)
        if len(earlier) >= LEAST_EARLIER and len(newer) >= LEAST:
            found.append((publication, len(newer), count_apart(earlier, newer)))

    def keep() -> int:
        there = set(
            Publication.objects.live().filter(pk__in=[row.pk for row, *_ in found]).values_list("pk", flat=True)
        )
        Drift.objects.exclude(publication__in=there).delete()
        for publication, voices, apart in found:
            if publication.pk in there:
                said = {"publication": publication, "voices": voices, "apart": apart}
                Drift.objects.update_or_create(collateral=publication.collateral, defaults=said)
        return len(found)

    return keep


def count_apart(earlier: np.ndarray, newer: np.ndarray) -> int:
    """How many rows of `newer` (m, width) say something else than `earlier` (n, width), by cosine; n > `NEAREST`."""
    earlier, newer = unit(earlier), unit(newer)
    among = earlier @ earlier.T
    np.fill_diagonal(among, -np.inf)
    usual = np.quantile(_to_nearest(among), USUAL)
    return int((_to_nearest(newer @ earlier.T) < usual).sum())


def _to_nearest(likeness: np.ndarray) -> np.ndarray:
    return np.sort(likeness, axis=1)[:, -NEAREST:].mean(axis=1)


def _voices(publication: Publication) -> tuple[np.ndarray, np.ndarray]:
    day: date = timezone.localdate(publication.at)
    in_themes = Placement.objects.counted().filter(theme__collateral=publication.collateral_id).order_by()
    heard = Objection.objects.filter(pk__in=in_themes.values("objection")).exclude(text="").only("pk", "text")
    earlier = heard.filter(heard_on__lte=day).order_by("-heard_on", "-pk")[:MOST]
    newer = heard.filter(heard_on__gt=day).order_by("-heard_on", "-pk")[:MOST]
    return _vectors(list(earlier)), _vectors(list(newer))


def _vectors(voices: list[Objection]) -> np.ndarray:
    """Of those whose present words were read, (n, width)."""
    found = stored_vectors(voices)
    return of_text(np.stack([found[pk] for pk in sorted(found)])) if found else np.empty((0, 0), np.float32)
