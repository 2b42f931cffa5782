from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from feedback.metrics.shares import SMALL, Share, Z


@dataclass(frozen=True)
class Agreement:
    """How alike two people coded the same things, each with one code of a list.

    `share` is the raw agreement; `kappa` is what of it goes beyond chance, from -1 to 1, with its 95 % interval. All
    three are None under 20 things, and where both used one and the same code throughout, so that chance explains all.
    The interval is None, too, where they agree on everything: its standard error would be nought.
    """

    share: Share
    kappa: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def words(self) -> str:
        """`κ 0.71, 95 % between 0.52 and 0.90`, or why there is none."""
        if self.share.is_small:
            return f"too few for a kappa: it takes {SMALL}"
        if self.kappa is None:
            return "no kappa: only one code was used"
        if self.low is None:
            return f"κ {self.kappa:.2f}"
        return f"κ {self.kappa:.2f}, 95\u00a0% between {self.low:.2f} and {self.high:.2f}"


def agreement(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Definition "coding agreement", of (first code, second code) for each thing: Cohen, A coefficient of agreement for
    nominal scales (Educational and Psychological Measurement 20:37, 1960).

    The interval is kappa ± 1.96 of its large-sample standard error: equation 13 of Fleiss, Cohen and Everitt, Large
    sample standard errors of kappa and weighted kappa (Psychological Bulletin 72:323, 1969), cut at -1 and 1.
    """
    n = len(pairs)
    share = Share(sum(one == other for one, other in pairs), n)
    if share.is_small:
        return Agreement(share)
    first, second = (_shares(column, n) for column in zip(*pairs, strict=True))
    by_chance = sum(p * second.get(code, 0) for code, p in first.items())
    if by_chance == 1:
        return Agreement(share)
    kappa = (share.value - by_chance) / (1 - by_chance)
    error = _standard_error(_shares(pairs, n), first, second, kappa, by_chance) / sqrt(n)
    if not error:
        return Agreement(share, kappa)
    return Agreement(share, kappa, max(-1.0, kappa - Z * error), min(1.0, kappa + Z * error))


def _shares(things: Sequence, n: int) -> dict:
    return {thing: count / n for thing, count in Counter(things).items()}


def _standard_error(both: dict, first: dict, second: dict, kappa: float, by_chance: float) -> float:
    """Of one thing: to be divided by the root of their number. Nought where all agree, but for rounding."""
    rest = 1 - kappa
    variance = -((kappa - by_chance * rest) ** 2)
    for (one, other), p in both.items():
        if one == other:
            variance += p * (1 - (first[one] + second[one]) * rest) ** 2
        else:
            variance += p * (second.get(one, 0) + first.get(other, 0)) ** 2 * rest**2
    return sqrt(variance) / (1 - by_chance) if variance > 1e-12 else 0.0
