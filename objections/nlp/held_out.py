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
from objections.nlp.matching import build_index
from objections.nlp.trials import Tried, try_all
from objections.nlp.vectors import vectors_of

SEEDS, TRIALS = 4, 16
UNKNOWN_SHARE = 1 / 5  # of the themes of a hand that are shown nothing of
SHOWN_SHARE = 1 / 2  # of the notes of the others
ODD_SHARE = 1 / 5  # of what is one of a kind that is asked about: a twelfth of all that is
KNOWN, UNKNOWN, ODD = 0, 1, 2  # kinds of notes asked about
LEAST_EITHER = 10  # proposals of a kind that were right, and that were wrong, for a curve
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
    the themes of each hand with a fifth of what is one of a kind. What it takes to match stands in `config.cfg`.
    """
    tried = defaultdict(list)
    for hand in found:
        for seed in range(TRIALS):
            rows = _company(hand, seed)
            with hand.seen():
                for one in try_all(hand.vectors[rows], hand.themes[rows].tolist(), seed):
                    tried[one.proposal.kind].append(one)
    return {kind: _curve_of(ones) for kind, ones in sorted(tried.items()) if _is_enough(ones)}


def _is_enough(tried: Sequence[Tried]) -> bool:
    """What nearly always was right, or was not, gets no curve: it would say more than a handful of cases can."""
    right = sum(one.right for one in tried)
    return min(right, len(tried) - right) >= LEAST_EITHER


def _company(hand: Hand, seed: int) -> np.ndarray:
    random, themes = np.random.default_rng(seed), hand.themes
    names = random.permutation(sorted(set(themes) - {OUTLIER}))
    odd = random.permutation(np.flatnonzero(themes == OUTLIER))
    of_theme = np.flatnonzero(np.isin(themes, names[: len(names) // 2]))
    return np.sort(np.concatenate([of_theme, odd[: round(ODD_SHARE * len(odd))]]))


def _curve_of(tried: Sequence[Tried]) -> list[float]:
    """Of each proposal the part that was right and the part that was not are told apart."""
    figures = np.array([(1, *one.proposal.evidence) for one in tried])
    right, weight = np.array([one.right for one in tried], float), np.array([one.weight for one in tried], float)
    outcome = np.repeat([1, 0], len(tried))
    weights = np.concatenate([right * weight, (1 - right) * weight])
    return _logistic(np.concatenate([figures, figures]), outcome, weights)


def _asked(hand: Hand, seed: int) -> tuple[np.ndarray, ...]:
    """Of the notes asked about: whether the first guess is right, its evidence, the kind of note, signs of novelty."""
    random, themes = np.random.default_rng(seed), hand.themes
    names = random.permutation(sorted(set(themes) - {OUTLIER}))
    unknown = set(names[: round(UNKNOWN_SHARE * len(names))])
    order = [random.permutation(np.flatnonzero(themes == theme)) for theme in sorted(set(names) - unknown)]
    shown = np.concatenate([rows[: round(SHOWN_SHARE * len(rows))] for rows in order])
    odd = random.permutation(np.flatnonzero(themes == OUTLIER))
    left_out = odd[round(ODD_SHARE * len(odd)) :]
    asked = np.setdiff1d(np.arange(len(themes)), np.concatenate([shown, left_out]))
    kind = np.select([themes[asked] == OUTLIER, np.isin(themes[asked], list(unknown))], [ODD, UNKNOWN], KNOWN)
    with hand.seen():
        index = build_index(hand.vectors[shown], themes[shown].tolist(), through_lens=True)
        first, evidence = index.evidence(hand.vectors[asked])
        signs = index.signs(hand.vectors[asked])
    right = np.array([index.themes[at] == theme for at, theme in zip(first, themes[asked], strict=True)])
    return right, evidence, kind, signs


def _weights(kind: np.ndarray) -> np.ndarray:
    share = np.array([1 / 2, 1 / 4, 1 / 4])  # of the known, of the unknown, of the odd
    return share[kind] * len(kind) / np.bincount(kind, minlength=3)[kind]


def _logistic(figures: np.ndarray, outcome: np.ndarray, weights: np.ndarray) -> list[float]:
    """The likeliest coefficients, rounded; the first figure is one."""
    from sklearn.linear_model import LogisticRegression

    found = LogisticRegression(C=1 / PRECISION, fit_intercept=False, max_iter=5000)
    return found.fit(figures, outcome, sample_weight=weights).coef_[0].round(3).tolist()
