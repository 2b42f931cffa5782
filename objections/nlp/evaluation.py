"""How well found themes, and guesses at the theme of a note, agree with labels that people gave.

Labels in `NOT_A_THEME` belong to no theme.
"""

import time
from collections.abc import Callable, Hashable, Sequence

import numpy as np
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score, roc_auc_score

from objections.nlp.categories import likeliest
from objections.nlp.lens import Lens
from objections.nlp.matching import build_index
from objections.nlp.types import NOT_A_THEME

SEEDS = 10


def agreement(labels: Sequence[Hashable], found: Sequence[int | None]) -> float:
    """Adjusted Rand index (Hubert and Arabie 1985): 1 is the same grouping, 0 what chance gives.

    A text that people put in no theme, and one left unthemed (None), counts as a group of its own, so that neither
    hiding hard texts nor lumping outliers pays. Raises ValueError when lengths differ.
    """
    return float(adjusted_rand_score(*_groups(labels, found)))


def shared_information(labels: Sequence[Hashable], found: Sequence[int | None]) -> float:
    """Normalised mutual information (Strehl and Ghosh 2002) of the same groups, 0 to 1."""
    return float(normalized_mutual_info_score(*_groups(labels, found)))


def _groups(labels, found) -> tuple[list[int], list[int]]:
    given = [("alone", at) if label in NOT_A_THEME else ("theme", label) for at, label in enumerate(labels)]
    made = [("alone", at) if label is None else ("theme", label) for at, label in enumerate(found)]
    return _numbered(given), _numbered(made)


def _numbered(groups: list[Hashable]) -> list[int]:
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    return [numbers[group] for group in groups]


def outliers(labels: Sequence[Hashable], found: Sequence[int | None]) -> tuple[float | None, float | None]:
    """(precision, recall) of leaving a text unthemed for its being in no theme; None where there is nothing to divide
    by."""
    out = np.array([label in NOT_A_THEME for label in labels])
    left = np.array([theme is None for theme in found])
    both = float((out & left).sum())
    return (both / left.sum() if left.any() else None), (both / out.sum() if out.any() else None)


def after_placing(vectors: np.ndarray, labels: Sequence[Hashable], *, placed: int) -> tuple[float, float]:
    """(first, in three): share of notes whose theme a matcher guesses first, or among three, once `placed` notes of
    each theme are shown to it; mean over ten seeds. Every note of a theme that is not shown is asked about.
    """
    labels = np.array(labels, dtype=object)
    figures = [_asked(vectors, labels, placed, seed) for seed in range(SEEDS)]
    return tuple(float(figure) for figure in np.mean(figures, axis=0))


def _asked(vectors, labels, placed, seed):
    shown, asked, _ = _drawn(labels, placed, seed)
    guesses = build_index(vectors[shown], labels[shown].tolist()).match(vectors[asked], limit=3)
    hits = [[match.theme == label for match in row] for row, label in zip(guesses, labels[asked], strict=True)]
    return np.mean([row[0] for row in hits]), np.mean([any(row) for row in hits])


def _drawn(labels: np.ndarray, placed: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Positions of the notes shown, of those asked about, and of those that belong to no theme."""
    random = np.random.default_rng(seed)
    out = np.array([label in NOT_A_THEME for label in labels])
    themes = dict.fromkeys(labels[~out])
    shown = np.concatenate([random.permutation(np.flatnonzero(labels == theme))[:placed] for theme in themes])
    return shown, np.setdiff1d(np.flatnonzero(~out), shown), np.flatnonzero(out)


def novelty(vectors: np.ndarray, labels: Sequence[Hashable], *, placed: int = 5) -> float | None:
    """Area under the ROC curve of telling notes of no theme from the others, once `placed` notes of each are shown;
    mean over ten seeds, None where every note is in a theme.
    """
    labels = np.array(labels, dtype=object)
    if not set(labels) - NOT_A_THEME:
        return None
    areas = []
    for seed in range(SEEDS):
        shown, asked, out = _drawn(labels, placed, seed)
        if not len(out) or not len(asked):
            return None
        index = build_index(vectors[shown], labels[shown].tolist())
        novel = index.novelty(vectors[np.concatenate([asked, out])])
        areas.append(roc_auc_score([0] * len(asked) + [1] * len(out), novel))
    return float(np.mean(areas))


def categories_right(lens: Lens, through: np.ndarray, given: Sequence[str]) -> float | None:
    """Share of the notes whose category is found so; notes of the category `other`, or of none, are left out."""
    asked = [at for at, category in enumerate(given) if category not in ("", "other")]
    if not asked:
        return None
    found = likeliest(lens, through[asked])
    return float(np.mean([guess == given[at] for guess, at in zip(found, asked, strict=True)]))


def timed(work: Callable[[], object]) -> tuple[object, float]:
    """(what it gives, seconds)"""
    start = time.perf_counter()
    return work(), time.perf_counter() - start
