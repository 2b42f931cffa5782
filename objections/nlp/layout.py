"""Where vectors lie on a map: near to each other what reads alike.

t-SNE (van der Maaten and Hinton 2008) of different vectors, compared as the matcher compares them. A map goes on from
an earlier one, so that what was read before stays about where it was; equal vectors lie in a disc around their place.
What stands in one group is drawn a little together: without that, whoever looks for a theme does not find it.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

from objections.nlp.geometry import unit
from objections.nlp.lens import seen, share_of

NAME = "objections.tsne_map.v1"
SMALL = 1e-4  # spread of a first arrangement, from which t-SNE unfolds (Kobak and Berens 2019)
GOLDEN = np.pi * (3 - np.sqrt(5))  # radians from one seed of a sunflower to the next


@dataclass(frozen=True)
class Layout:
    """Vectors in, places out. Seeded: the same vectors and start give the same map."""

    together: float
    dimensions: int
    perplexity: float
    least: int
    exaggeration: float
    exaggeration_again: float
    spread_again: float
    neighbours: int
    apart: float
    seed: int

    def __call__(
        self,
        vectors: np.ndarray,
        start: np.ndarray | None = None,
        groups: Sequence[Hashable | None] | None = None,
    ) -> np.ndarray:
        """Float32 (n, 2), each 0 to 1, for vectors (n, width). `start` (n, 2) holds earlier places, NaN where there was
        none; `groups` (n) what stands together, None where nothing does. Raises ValueError when lengths differ.
        """
        if groups is not None and len(groups) != len(vectors):
            raise ValueError(f"{len(groups)} groups for {len(vectors)} vectors")
        if start is not None and len(start) != len(vectors):
            raise ValueError(f"{len(start)} places for {len(vectors)} vectors")
        if not len(vectors):
            return np.empty((0, 2), np.float32)
        shown = unit(seen(vectors, share_of(vectors)))
        shown = np.round(shown if groups is None else self.drawn_together(shown, groups), 5)
        _, first, which = np.unique(shown, axis=0, return_index=True, return_inverse=True)
        # In the order in which they came: equal input in another order of bytes shall not decide.
        order = np.argsort(first, kind="stable")
        first, which = first[order], np.argsort(order, kind="stable")[which.ravel()]
        different = principal(shown[first], self.dimensions)
        places = self.arranged(different, None if start is None else earlier(start, which, len(first)))
        return self.spread(scaled(places), which).astype(np.float32)

    def drawn_together(self, shown: np.ndarray, groups: Sequence[Hashable | None]) -> np.ndarray:
        """Unit vectors moved towards the middle of their group, by `together` of its length."""
        moved = shown.copy()
        members: dict[Hashable, list[int]] = {}
        for at, group in enumerate(groups):
            if group is not None:
                members.setdefault(group, []).append(at)
        for rows in members.values():
            moved[rows] += self.together * unit(shown[rows].mean(axis=0))
        return unit(moved)

    def arranged(self, shown: np.ndarray, start: np.ndarray | None) -> np.ndarray:
        """(n, 2) in any scale, for different vectors along their principal axes."""
        if len(shown) < self.least:
            return shown[:, :2]
        known = np.zeros(len(shown), bool) if start is None else np.isfinite(start).all(axis=1)
        # A few places of long ago are no picture to go on from.
        goes_on = known.mean() >= 0.5 and np.ptp(start[known], axis=0).min() > 0
        first = self.joined(shown, start, known) if goes_on else shown[:, :2] / shown[:, 0].std() * SMALL
        # What starts in one place would stay in one place.
        first = first + np.random.default_rng(self.seed).normal(scale=first.std() / 100, size=first.shape)
        tsne = TSNE(
            perplexity=min(self.perplexity, (len(shown) - 1) / 3),
            early_exaggeration=self.exaggeration_again if goes_on else self.exaggeration,
            init=np.ascontiguousarray(first, dtype=np.float32),
            random_state=self.seed,
        )
        with threadpool_limits(1):  # sums of several threads differ from run to run
            found = tsne.fit_transform(shown)
        return turned(found, start, known) if goes_on else found

    def joined(self, shown: np.ndarray, start: np.ndarray, known: np.ndarray) -> np.ndarray:
        """The earlier places around their middle; what is new starts amid the known ones it is likest to."""
        places = start.copy()
        if not known.all():
            likest = np.argsort(-(shown[~known] @ shown[known].T), axis=1, kind="stable")[:, : self.neighbours]
            places[~known] = places[known][likest].mean(axis=1)
        places -= places.mean(axis=0)
        return places / places.std() * self.spread_again

    def spread(self, places: np.ndarray, which: np.ndarray) -> np.ndarray:
        """A place for each vector: those that are equal lie like the seeds of a sunflower."""
        order = np.argsort(which, kind="stable")
        counts = np.bincount(which)
        nth = np.empty(len(which), dtype=int)
        nth[order] = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
        away = np.minimum(self.apart * np.sqrt(nth), 0.1)
        around = np.stack([np.cos(nth * GOLDEN), np.sin(nth * GOLDEN)], axis=1)
        return np.clip(places[which] + away[:, None] * around, 0, 1)


def earlier(start: np.ndarray, which: np.ndarray, count: int) -> np.ndarray:
    """The first known place of each of `count` different vectors, NaN where none is known."""
    places = np.full((count, 2), np.nan)
    known = np.flatnonzero(np.isfinite(start).all(axis=1))[::-1]
    places[which[known]] = start[known]
    return places


def principal(shown: np.ndarray, dimensions: int) -> np.ndarray:
    """Vectors along their principal axes, at least two columns; the sign of an axis is that of its largest part."""
    centred = (shown - shown.mean(axis=0)).astype(np.float64)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, ::-1][:, :dimensions]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    found = centred @ axes
    return np.pad(found, ((0, 0), (0, max(0, 2 - found.shape[1]))))


def turned(found: np.ndarray, start: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Turned, and mirrored if need be, to lie as nearly as it can as it lay before (orthogonal Procrustes)."""
    middle = found[known].mean(axis=0)
    left, _, right = np.linalg.svd((found[known] - middle).T @ (start[known] - start[known].mean(axis=0)))
    return (found - middle) @ (left @ right)


def scaled(places: np.ndarray) -> np.ndarray:
    """Each axis from 0 to 1; in its middle where nothing differs along it."""
    low, span = places.min(axis=0), np.ptp(places, axis=0)
    differs = span > 1e-4 * max(span.max(), 1e-4)
    return np.where(differs, (places - low) / np.where(differs, span, 1), 0.5)
