"""Everything `python -m objections.nlp evaluate` says of a labelled file."""

from collections.abc import Sequence

import numpy as np

from objections import nlp
from objections.nlp.evaluation import (
    NOT_A_THEME,
    after_placing,
    agreement,
    categories_right,
    novelty,
    outliers,
    shared_information,
    timed,
)
from objections.nlp.lens import get_lens, has_lens, through


def measure(
    texts: Sequence[str], labels: Sequence[str], given: Sequence[str] | None, *, shots: Sequence[int]
) -> dict[str, object]:
    """Figures by name; `given` are the categories, if the file has them. None stands where there is nothing to divide.

    With 0 in `shots`, the category is asked for with no placement at all. Seconds are wall time.
    """
    vectors, encoding = timed(lambda: nlp.encode(texts))
    found, discovering = timed(lambda: nlp.find_themes(texts, known_vectors=vectors))
    precision, recall = outliers(labels, found.labels)
    placed = {str(n): after_placing(vectors, labels, placed=n) for n in shots if n and _can_show(labels, n)}
    return {
        "n": len(texts),
        "themes_true": len(set(labels) - NOT_A_THEME),
        "themes_found": len(found.clusters),
        "ari": _rounded(agreement(labels, found.labels)),
        "nmi": _rounded(shared_information(labels, found.labels)),
        "unthemed": _rounded(len(found.unthemed) / len(texts)),
        "outlier_precision": _rounded(precision),
        "outlier_recall": _rounded(recall),
        "category_first": _rounded(_category_first(vectors, given)) if given and 0 in shots else None,
        "shots": {n: {"first": _rounded(first), "top3": _rounded(three)} for n, (first, three) in placed.items()},
        "novelty_auroc": _rounded(novelty(vectors, labels)),
        "seconds": {"encode": _rounded(encoding), "discover": _rounded(discovering)},
    }


def _category_first(vectors: np.ndarray, given: Sequence[str]) -> float | None:
    return categories_right(get_lens(), through(vectors), given) if has_lens(vectors) else None


def _can_show(labels: Sequence[str], placed: int) -> bool:
    """Whether any theme has a note left to ask about."""
    sizes = [labels.count(label) for label in set(labels) - NOT_A_THEME]
    return any(size > placed for size in sizes)


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 4)
