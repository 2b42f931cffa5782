"""The exemplars seen through lenses that were not fitted on them: each hand's industries left out in turn.

One hand repeats its turns of phrase, so that leaving out single industries would flatter. What it takes to say how sure
a guess is, and how likely a note fits no theme, is fitted here.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from objections.nlp import lens
from objections.nlp.corpus import OUTLIER, Note
from objections.nlp.matching import ThemeIndex, build_index
from objections.nlp.trials import Tried, try_all
from objections.nlp.vectors import vectors_of

SEEDS, TRIALS = 4, 16
UNKNOWN = 1 / 5  # of the themes of a hand that are shown nothing of
SHOWN = 1 / 2  # of the notes of the others
ODD = 1 / 5  # of what is one of a kind that is asked about: as a tenth of all
LEAST_TRIED, LEAST_EITHER = 20, 10  # proposals of a kind, for a curve; that were right, and wrong, for a sloping one
PRECISION = 1e-3  # keeps the coefficients finite, no more


@dataclass(frozen=True, eq=False)
class Hand:
    """The notes of one hand and their vectors (n, width) through a lens fitted on all others."""

    industries: tuple[str, ...]
    lens: lens.Lens
    notes: tuple[Note, ...]
    levels: np.ndarray
    vectors: np.ndarray

    @property
    def themes(self) -> np.ndarray:
        return np.array([note.theme for note in self.notes], dtype=object)

    @contextmanager
    def seen(self) -> Iterator[None]:
        """Its vectors are compared through its lens."""
        with lens.tried(self.lens):
            yield


def hands(levels: np.ndarray, notes: Sequence[Note], settings: Mapping[str, float]) -> Iterator[Hand]:
    """Each of them; `levels` (n, levels, width) of the encoder, `settings` those of `lens.fit`."""
    of = np.array([note.hand for note in notes])
    themes = np.array([note.theme for note in notes], dtype=object)
    for hand in dict.fromkeys(of):
        here = of == hand
        fitted = lens.fit(levels[~here], themes[~here].tolist(), **settings)
        theirs = tuple(note for note, is_here in zip(notes, here, strict=True) if is_here)
        industries = tuple(dict.fromkeys(note.industry for note in theirs))
        yield Hand(industries, fitted, theirs, levels[here], vectors_of(levels[here], fitted))


def curves(found: Sequence[Hand]) -> dict[str, list[float]]:
    """The curve of how sure a guess is, and that of how likely a note fits no theme, by their names in `config.cfg`.

    Of each hand a fifth of the themes stays unknown, of the others half of the notes is shown. The second curve weighs
    what is one of a kind and notes of unknown themes alike, and as much as all others.
    """
    asked = [_asked(hand, seed) for hand in found for seed in range(SEEDS)]
    right, evidence, kind, signs = (np.concatenate(parts) for parts in zip(*asked, strict=True))
    novel = kind != KNOWN
    return {
        "curve_through_lens": _logistic(evidence, right, np.ones(len(right))),
        "novelty_through_lens": _logistic(signs, novel, _weights(kind)),
    }


def proposal_curves(found: Sequence[Hand]) -> dict[str, list[float]]:
    """By kind of proposal the curve of its confidence over its evidence: as right as in trials (`trials`) on half of
    the themes of each hand with a fifth of what is one of a kind. A kind that was hardly tried has none.
    """
    tried = defaultdict(list)
    for hand in found:
        for seed in range(TRIALS):
            rows = _company(hand, seed)
            with hand.seen():
                for one in try_all(hand.vectors[rows], hand.themes[rows].tolist(), seed):
                    tried[one.proposal.kind].append(one)
    enough = {kind: ones for kind, ones in sorted(tried.items()) if len(ones) >= LEAST_TRIED}
    return {kind: _curve_of(ones) for kind, ones in enough.items() if ones[0].proposal.evidence}


def _company(hand: Hand, seed: int) -> np.ndarray:
    random, themes = np.random.default_rng(seed), hand.themes
    names = random.permutation(sorted(set(themes) - {OUTLIER}))
    odd = random.permutation(np.flatnonzero(themes == OUTLIER))
    of_theme = np.flatnonzero(np.isin(themes, names[: len(names) // 2]))
    return np.sort(np.concatenate([of_theme, odd[: round(ODD * len(odd))]]))


def _curve_of(tried: Sequence[Tried]) -> list[float]:
    """Of each proposal the part that was right and the part that was not are told apart. What nearly always was, or was
    not, is as sure whatever its evidence: a curve over a handful would say more than is known.
    """
    figures = np.array([(1, *one.proposal.evidence) for one in tried])
    right, weight = np.array([one.right for one in tried], float), np.array([one.weight for one in tried], float)
    outcome = np.repeat([1, 0], len(tried))
    weights = np.concatenate([right * weight, (1 - right) * weight])
    if min(right.sum(), len(right) - right.sum()) < LEAST_EITHER:
        sure = (weights[outcome == 1].sum() + 1) / (weights.sum() + 2)  # Laplace's rule of succession
        return [round(float(np.log(sure / (1 - sure))), 3), *[0.0] * (figures.shape[1] - 1)]
    return _logistic(np.concatenate([figures, figures]), outcome, weights)


KNOWN, UNSEEN, ODDITY = 0, 1, 2


def _asked(hand: Hand, seed: int) -> tuple[np.ndarray, ...]:
    """Of the notes asked about: whether the first guess is right, its evidence, the kind of note, signs of novelty."""
    random, themes = np.random.default_rng(seed), hand.themes
    names = random.permutation(sorted(set(themes) - {OUTLIER}))
    unknown = set(names[: round(UNKNOWN * len(names))])
    order = [random.permutation(np.flatnonzero(themes == theme)) for theme in sorted(set(names) - unknown)]
    shown = np.concatenate([rows[: round(SHOWN * len(rows))] for rows in order])
    odd = random.permutation(np.flatnonzero(themes == OUTLIER))
    left_out = odd[round(ODD * len(odd)) :]
    asked = np.setdiff1d(np.arange(len(themes)), np.concatenate([shown, left_out]))
    kind = np.select([themes[asked] == OUTLIER, np.isin(themes[asked], list(unknown))], [ODDITY, UNSEEN], KNOWN)
    with hand.seen():
        index: ThemeIndex = build_index(hand.vectors[shown], themes[shown].tolist())
        first, evidence = index.evidence(hand.vectors[asked])
        signs = index.signs(hand.vectors[asked])
    right = np.array([index.themes[at] == theme for at, theme in zip(first, themes[asked], strict=True)])
    return right, evidence, kind, signs


def _weights(kind: np.ndarray) -> np.ndarray:
    share = {KNOWN: 1 / 2, UNSEEN: 1 / 4, ODDITY: 1 / 4}
    return np.array([share[one] / (kind == one).mean() for one in kind])


def _logistic(figures: np.ndarray, outcome: np.ndarray, weights: np.ndarray) -> list[float]:
    """The likeliest coefficients, rounded; the first figure is one."""
    from sklearn.linear_model import LogisticRegression

    found = LogisticRegression(C=1 / PRECISION, fit_intercept=False, max_iter=5000)
    return found.fit(figures, outcome, sample_weight=weights).coef_[0].round(3).tolist()
