"""How well found themes, and the placing of single texts, agree with labels that people gave."""

from collections.abc import Container, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import adjusted_rand_score

from objections.nlp.matching import build_index

NOT_A_THEME = frozenset({"outlier", "oos", ""})


def agreement(
    labels: Sequence[Hashable], found: Sequence[int | None], outside: Container[Hashable] = NOT_A_THEME
) -> float:
    """Adjusted Rand index (Hubert and Arabie 1985): 1 is the same grouping, 0 what chance gives.

    A text that people put in no theme (its label is in `outside`), and one left unthemed (None), counts as a group of
    its own, so that neither hiding hard texts nor lumping outliers pays. Raises ValueError when lengths differ.
    """
    given = [("alone", at) if label in outside else ("theme", label) for at, label in enumerate(labels)]
    made = [("alone", at) if label is None else ("theme", label) for at, label in enumerate(found)]
    return float(adjusted_rand_score(_numbered(given), _numbered(made)))


def _numbered(groups: list[Hashable]) -> list[int]:
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    return [numbers[group] for group in groups]


@dataclass(frozen=True)
class Placing:
    """How a matcher did: of `asked` texts it placed `placed`, of these `right` in the theme people gave."""

    asked: int
    placed: int
    right: int


def placing(
    vectors: np.ndarray,
    labels: Sequence[Hashable],
    *,
    examples: int,
    seed: int = 0,
    outside: Container[Hashable] = NOT_A_THEME,
) -> Placing:
    """Show a matcher `examples` texts of four fifths of the themes, then ask it about every other text.

    Texts of the themes held back, and those in `outside`, have no right answer: placing one is an error. Themes with
    fewer than two texts more than `examples` are not shown.
    """
    random = np.random.default_rng(seed)
    where = {label: [at for at, other in enumerate(labels) if other == label] for label in dict.fromkeys(labels)}
    themes = [label for label, found in where.items() if label not in outside and len(found) >= examples + 2]
    known = [themes[at] for at in random.permutation(len(themes))[: len(themes) * 4 // 5]]
    shown = {int(at): theme for theme in known for at in random.permutation(where[theme])[:examples]}
    index = build_index(vectors[list(shown)], list(shown.values()))
    asked = [at for at in range(len(labels)) if at not in shown]
    answers = zip(asked, index.match(vectors[asked], limit=1), strict=True)
    placed = [(at, matches[0].theme) for at, matches in answers if matches and matches[0].is_sure]
    return Placing(len(asked), len(placed), sum(labels[at] == theme for at, theme in placed))
