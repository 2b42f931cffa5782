"""What a company's own placements teach beyond where its themes lie.

Two things, tried on folds held out in turn and used only where they do better there: how notes differ within its themes
(a whitening, shrunk towards the shipped lens, as in `lens`), and how sure to be (the curve of the matcher, drawn from
the shipped one by maximum a posteriori logistic regression). numpy only, because the web process looks through it.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from objections.nlp.lens import seen, share_of
from objections.nlp.matching import build_index
from objections.nlp.settings import read_section

NAME = "objections.held_out_folds.v1"


@dataclass(frozen=True)
class HeldOut:
    """Of `asked` placements, each guessed with its fold left out: how many themes were guessed right at first as
    shipped and as learned, and the mean log loss of saying how sure that was."""

    asked: int
    right_shipped: int
    right_learned: int
    loss_shipped: float
    loss_learned: float

    @property
    def is_better(self) -> bool:
        """No fewer right, and less loss."""
        return self.right_learned >= self.right_shipped and self.loss_learned < self.loss_shipped


@dataclass(frozen=True, eq=False)
class Learned:
    """`turn` (width, width) is applied to centred vectors, None where the shipped view is as good; `curve` holds the
    four coefficients of the confidence. Both hold where vectors are seen `through_lens`, or are not, as they were here.
    """

    turn: np.ndarray | None
    curve: tuple[float, ...]
    through_lens: bool
    held_out: HeldOut


@dataclass(frozen=True)
class Learner:
    """Needs `least` placements in `least_themes` themes of at least `folds`, and reads the newest `most`. `shares` are
    how much of the variance within themes is the company's own; `prior` holds the curve to the shipped one.
    """

    least: int
    least_themes: int
    most: int
    folds: int
    shares: Sequence[float]
    prior: float
    seed: int

    def __call__(self, vectors: np.ndarray, themes: Sequence[Hashable]) -> Learned | None:
        """What placements by people teach: `vectors` (n, width) and the theme of each, oldest first. None while there
        are too few. Whether to use it, `held_out.is_better` says. Raises ValueError when lengths differ.
        """
        if len(vectors) != len(themes):
            raise ValueError(f"{len(vectors)} vectors for {len(themes)} themes")
        vectors, themes = np.asarray(vectors, np.float32)[-self.most :], list(themes)[-self.most :]
        learnable = [theme for theme, size in Counter(themes).items() if size >= self.folds]
        if len(themes) < self.least or len(learnable) < self.least_themes:
            return None
        fold = self._folds(themes)
        tried = {share: self._asked(vectors, themes, fold, share) for share in (0.0, *self.shares)}
        shipped = tried[0.0]
        share = max(tried, key=lambda share: (tried[share].right.sum(), -share))
        share = share if tried[share].surely_beats(shipped) else 0.0
        best = tried[share]
        curves = [best.at(fold != out).curve(self.prior) for out in range(self.folds)]
        losses = [best.at(fold == out).losses(curve) for out, curve in enumerate(curves)]
        held_out = HeldOut(
            asked=len(themes),
            right_shipped=int(shipped.right.sum()),
            right_learned=int(best.right.sum()),
            loss_shipped=round(float(shipped.losses(shipped.shipped_curve).mean()), 6),
            loss_learned=round(float(np.concatenate(losses).mean()), 6),
        )
        turn = turn_of(vectors, themes, share) if share else None
        curve = tuple(np.round(best.curve(self.prior), 6).tolist())
        return Learned(turn, curve, bool(share_of(vectors)), held_out)

    def _folds(self, themes) -> np.ndarray:
        """(n,): each theme dealt out evenly, in a seeded order. The only note of a theme is asked about all the same:
        notes of themes nobody has made yet will come, too."""
        order = np.random.default_rng(self.seed).permutation(len(themes))
        fold, dealt = np.zeros(len(themes), int), Counter()
        for at in order:
            fold[at] = dealt[themes[at]] % self.folds
            dealt[themes[at]] += 1
        return fold

    def _asked(self, vectors, themes, fold, share) -> "Guesses":
        right, evidence = np.zeros(len(themes), bool), np.zeros((len(themes), 4))
        through_lens = bool(share_of(vectors))
        for out in range(self.folds):
            shown, asked = np.flatnonzero(fold != out), np.flatnonzero(fold == out)
            theirs = [themes[at] for at in shown]
            turn = turn_of(vectors[shown], theirs, share, through_lens) if share else None
            index = build_index(vectors[shown], theirs, turn=turn, through_lens=through_lens)
            first, evidence[asked] = index.evidence(vectors[asked])
            right[asked] = [index.themes[at] == themes[note] for at, note in zip(first, asked, strict=True)]
        return Guesses(right, evidence, np.array(index.shipped_curve))


@dataclass(frozen=True, eq=False)
class Guesses:
    """First guesses: whether each was right (n,), its evidence (n, 4), the curve that was shipped for such vectors."""

    right: np.ndarray
    evidence: np.ndarray
    shipped_curve: np.ndarray

    def at(self, rows: np.ndarray) -> "Guesses":
        return Guesses(self.right[rows], self.evidence[rows], self.shipped_curve)

    def surely_beats(self, other: "Guesses") -> bool:
        """Right on more of the notes where they differ than chance would give in 39 of 40 tries (McNemar 1947)."""
        won, lost = int((self.right & ~other.right).sum()), int((other.right & ~self.right).sum())
        return won - lost > 1.96 * np.sqrt(won + lost)

    def losses(self, curve: np.ndarray) -> np.ndarray:
        """(n,): the log loss of each."""
        signs = np.where(self.right, 1, -1)
        return np.logaddexp(0, -signs * (self.evidence @ curve))

    def curve(self, prior: float) -> np.ndarray:
        """The likeliest coefficients, normally distributed about the shipped ones with the precision `prior`: Newton's
        method, which settles in a few rounds on so smooth a function."""
        curve = self.shipped_curve.copy()
        for _ in range(20):
            sure = 1 / (1 + np.exp(-(self.evidence @ curve)))
            slope = self.evidence.T @ (self.right - sure) - prior * (curve - self.shipped_curve)
            bend = (self.evidence * (sure * (1 - sure))[:, None]).T @ self.evidence + prior * np.eye(4)
            curve = curve + np.linalg.solve(bend, slope)
        return curve


def turn_of(
    vectors: np.ndarray, themes: Sequence[Hashable], share: float, through_lens: bool | None = None
) -> np.ndarray:
    """Float32 (width, width) for centred vectors as the matcher sees them: whitens how notes differ within their
    themes, `share` of that measured here and the rest as shipped, where every direction counts the same."""
    shown = seen(vectors, share_of(vectors, through_lens)).astype(np.float64)
    _, which, sizes = np.unique([str(theme) for theme in themes], return_inverse=True, return_counts=True)
    sums = np.zeros((len(sizes), shown.shape[1]))
    np.add.at(sums, which, shown)
    apart = shown - (sums / sizes[:, None])[which]
    within = apart.T @ apart / max(1, len(shown) - len(sizes))
    within *= len(within) / max(np.trace(within), 1e-12)
    values, axes = np.linalg.eigh((1 - share) * np.eye(len(within)) + share * within)
    return ((axes / np.sqrt(values)) @ axes.T).astype(np.float32)


def learn(vectors: np.ndarray, themes: Sequence[Hashable]) -> Learned | None:
    """`Learner` with the settings of `config.cfg`."""
    settings = {key: value for key, value in read_section("learner").items() if key != "@misc"}
    return Learner(**settings)(vectors, themes)
