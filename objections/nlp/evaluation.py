"""How well found themes agree with labels that people gave."""

from collections.abc import Container, Hashable, Sequence

from sklearn.metrics import adjusted_rand_score

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
