"""Which existing theme does a new text belong to? numpy only, because it answers while someone types.

Score: cosine to the theme's centre in the space centred on all examples, plus half the similarity-weighted vote of the
nearest examples. The confidence is a logistic curve over score, lead on the second theme, and nearest example, or where
the lens applies how odd the note is; so is the probability that a text belongs to no theme, without the lead. Their
coefficients were fitted on labelled notes (see README) and stand in `config.cfg`.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from objections.nlp.geometry import unit
from objections.nlp.lens import ODDNESS_SCALE, oddness, seen, share_of
from objections.nlp.settings import read_section
from objections.nlp.types import Match

NAME = "objections.centre_vote.v2"
CHUNK = 256


@dataclass(frozen=True)
class Matcher:
    """How to score and how sure to be; `build` gives an index of themes to match against."""

    neighbours: int
    vote_weight: float
    curve: Sequence[float]
    curve_through_lens: Sequence[float]
    novelty: Sequence[float]
    novelty_through_lens: Sequence[float]
    threshold: float

    def build(
        self,
        vectors: np.ndarray,
        themes: Sequence[Hashable],
        *,
        turn: np.ndarray | None = None,
        curve: Sequence[float] | None = None,
        learned_through_lens: bool | None = None,
        through_lens: bool | None = None,
    ) -> "ThemeIndex":
        """An index over the examples of all themes: placed objections and exemplars alike, one theme label each.

        `vectors` is (n, width), and decides whether it is seen through the lens unless `through_lens` says so. `turn`
        and `curve` are what `learning` found, and `learned_through_lens` in which view: left aside where these vectors
        are seen in another. Raises ValueError when vectors and themes differ in length.
        """
        if len(vectors) != len(themes):
            raise ValueError(f"{len(vectors)} vectors for {len(themes)} theme labels")
        names = tuple(dict.fromkeys(themes))
        position = {theme: number for number, theme in enumerate(names)}
        labels = np.array([position[theme] for theme in themes], dtype=np.intp)
        vectors = np.asarray(vectors, dtype=np.float32)
        share = share_of(vectors, through_lens)
        if learned_through_lens is not None and learned_through_lens != bool(share):
            turn = curve = None
        vectors = seen(vectors, share)
        # With one theme the mean is that theme, and taking it away would leave nothing of it.
        mean = vectors.mean(axis=0) if len(names) > 1 else np.zeros(vectors.shape[1:], dtype=np.float32)
        if turn is not None and turn.shape[0] != vectors.shape[1]:
            turn = curve = None
        shipped = self.curve_through_lens if share else self.curve
        examples = turned(vectors - mean, turn)
        sums = _sums(examples, labels, len(names))
        return ThemeIndex(self, names, labels, share, mean, turn, curve or shipped, shipped, examples, unit(sums))


@dataclass(frozen=True, eq=False)
class ThemeIndex:
    """Examples of themes, ready to be matched against. Immutable: build a new one when placements change."""

    matcher: Matcher
    themes: tuple[Hashable, ...]
    labels: np.ndarray
    share: float
    mean: np.ndarray
    turn: np.ndarray | None
    curve: Sequence[float]
    shipped_curve: Sequence[float]
    examples: np.ndarray
    centres: np.ndarray

    def match(self, vectors: np.ndarray, limit: int = 3) -> list[tuple[Match, ...]]:
        """For each vector the `limit` likeliest themes, best first; empty tuples when the index has no themes."""
        vectors = np.asarray(vectors, dtype=np.float32)
        if not self.themes:
            return [() for _ in vectors]
        chunks = (vectors[start : start + CHUNK] for start in range(0, len(vectors), CHUNK))
        return [found for chunk in chunks for found in self._match_chunk(chunk, limit)]

    def look(self, vector: np.ndarray) -> "Look":
        """At one vector (width,): its likeliest themes and nearest examples, from one pass over all examples."""
        centred = self._centred(np.asarray(vector, np.float32)[None])
        similar = (self.examples @ centred[0])[None] if self.themes else np.empty((1, 0), np.float32)
        return Look(self, centred, similar, self._odd(vector[None]))

    def likeness(self, vectors: np.ndarray) -> np.ndarray:
        """(n, themes): cosines to the centres of the themes, without a look at the examples; for what is no note."""
        return self._centred(np.asarray(vectors, np.float32)) @ self.centres.T

    def novelty(self, vectors: np.ndarray) -> np.ndarray:
        """(n,): the probability that each vector belongs to none of the themes, where as many do as do not; 1 when the
        index has none."""
        if not self.themes:
            return np.ones(len(vectors))
        chunks = [vectors[start : start + CHUNK] for start in range(0, len(vectors), CHUNK)]
        return np.concatenate([self._novelty(self.signs(chunk)) for chunk in chunks]) if chunks else np.empty(0)

    def signs(self, vectors: np.ndarray) -> np.ndarray:
        """(n, 3) of what tells that a vector belongs to no theme: one, the best score, and the nearest example or,
        where the lens applies, a tenth of how odd the vector is."""
        vectors = np.asarray(vectors, np.float32)
        scores, similar = self._scores(self._centred(vectors))
        return np.stack([np.ones(len(scores)), scores.max(axis=1), self._last(similar, self._odd(vectors))], axis=1)

    def _novelty(self, signs: np.ndarray) -> np.ndarray:
        curve = self.matcher.novelty_through_lens if self.share else self.matcher.novelty
        return 1 / (1 + np.exp(-(signs @ np.array(curve))))

    def evidence(self, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Position of the likeliest theme of each vector, and (n, 4): one, its score, its lead, and the nearest example
        or, where the lens applies, how odd the vector is."""
        vectors = np.asarray(vectors, np.float32)
        scores, similar = self._scores(self._centred(vectors))
        first = scores.argmax(axis=1)
        rows = np.arange(len(scores))
        lead, last = self._leads(scores)[rows, first], self._last(similar, self._odd(vectors))
        return first, np.stack([np.ones(len(rows)), scores[rows, first], lead, last], axis=1)

    def _centred(self, vectors: np.ndarray) -> np.ndarray:
        return turned(seen(vectors, self.share) - self.mean, self.turn)

    def _odd(self, vectors: np.ndarray) -> np.ndarray | None:
        """(n,), None where the lens does not apply."""
        return oddness(np.asarray(vectors, np.float32)) / ODDNESS_SCALE if self.share else None

    def _last(self, similar: np.ndarray, odd: np.ndarray | None) -> np.ndarray:
        return similar.max(axis=1) if odd is None else odd

    def _scores(self, centred: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(n, themes) scores, and (n, examples) cosines."""
        similar = centred @ self.examples.T
        return self._scored(centred, similar), similar

    def _scored(self, centred: np.ndarray, similar: np.ndarray) -> np.ndarray:
        return centred @ self.centres.T + self.matcher.vote_weight * self._votes(similar)

    def _match_chunk(self, vectors, limit):
        scores, similar = self._scores(self._centred(vectors))
        yield from self._matches(scores, self._last(similar, self._odd(vectors)), limit)

    def _matches(self, scores, last, limit):
        order = np.argsort(-scores, axis=1, kind="stable")
        confidence = self._confidence(scores, last)
        for row, best in enumerate(order[:, :limit]):
            yield tuple(self._one(theme, scores[row, theme], confidence[row, theme]) for theme in best)

    def _one(self, theme, score, confidence) -> Match:
        confidence = round(float(confidence), 6)
        return Match(self.themes[theme], float(score), confidence, confidence >= self.matcher.threshold)

    def _votes(self, similar: np.ndarray) -> np.ndarray:
        """(n, themes): summed similarity of the nearest examples of each theme, divided by how many are asked."""
        count = min(self.matcher.neighbours, similar.shape[1])
        nearest = np.argpartition(-similar, count - 1, axis=1)[:, :count]
        weights = np.maximum(np.take_along_axis(similar, nearest, axis=1), 0) / count
        votes = np.zeros((len(similar), len(self.themes)), dtype=np.float32)
        np.add.at(votes, (np.arange(len(similar))[:, None], self.labels[nearest]), weights)
        return votes

    def _confidence(self, scores: np.ndarray, last: np.ndarray) -> np.ndarray:
        """(n, themes)"""
        bias, by_score, by_lead, by_last = self.curve
        sure = bias + by_score * scores + by_lead * self._leads(scores) + by_last * last[:, None]
        return 1 / (1 + np.exp(-sure))

    def _leads(self, scores: np.ndarray) -> np.ndarray:
        """(n, themes). The lead of the best theme is over the second, that of another is its lag behind the best."""
        best = scores.max(axis=1, keepdims=True)
        lead = scores - best
        if scores.shape[1] > 1:
            second = -np.partition(-scores, 1, axis=1)[:, 1:2]
        else:
            second = np.zeros_like(best)
        return np.where(lead == 0, best - second, lead)


@dataclass(frozen=True, eq=False)
class Look:
    """What one vector is like; `centred` (1, width), `similar` (1, examples), `odd` (1,) where the lens applies."""

    index: ThemeIndex
    centred: np.ndarray
    similar: np.ndarray
    odd: np.ndarray | None

    def match(self, limit: int = 3) -> tuple[Match, ...]:
        """As `ThemeIndex.match`; empty when the index has no themes."""
        if not self.index.themes:
            return ()
        scores = self.index._scored(self.centred, self.similar)
        return next(self.index._matches(scores, self.index._last(self.similar, self.odd), limit))

    def nearest(self, theme: Hashable, limit: int) -> list[int]:
        """Positions of the nearest examples of a theme, nearest first, as they were given to `build`. None of a theme
        the index does not know.
        """
        if theme not in self.index.themes:
            return []
        rows = np.flatnonzero(self.index.labels == self.index.themes.index(theme))
        return rows[np.argsort(-self.similar[0, rows], kind="stable")[:limit]].tolist()


def _sums(examples: np.ndarray, labels: np.ndarray, count: int) -> np.ndarray:
    """(count, width): the examples of each label added up. Label by label, for `np.add.at` holds every thread up."""
    sums = np.zeros((count, *examples.shape[1:]), dtype=np.float32)
    order = np.argsort(labels, kind="stable")
    bounds = np.searchsorted(labels[order], np.arange(count + 1))
    for label in range(count):
        sums[label] = examples[order[bounds[label] : bounds[label + 1]]].sum(axis=0)
    return sums


def turned(centred: np.ndarray, turn: np.ndarray | None) -> np.ndarray:
    """Unit vectors of centred ones, as a company's own placements turn them."""
    return unit(centred if turn is None else centred @ turn)


def build_index(vectors: np.ndarray, themes: Sequence[Hashable], **learned) -> ThemeIndex:
    """`Matcher.build` with the settings of `config.cfg`."""
    settings = {key: value for key, value in read_section("matcher").items() if key != "@misc"}
    return Matcher(**settings).build(vectors, themes, **learned)
