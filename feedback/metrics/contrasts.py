"""How much one share is above another, and that beside a second pair, with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from feedback.metrics.shares import Share, Z, score_interval


@dataclass(frozen=True)
class Contrast:
    """A difference of shares with its interval: -1 to 1 for two shares, -2 to 2 for two pairs of them."""

    value: float
    low: float
    high: float

    def __str__(self):
        """`+18 points, 95 % between +2 and +33`."""
        return f"{self.in_points}, {self.interval}"

    @property
    def in_points(self) -> str:
        return f"{points(self.value)} points"

    @property
    def interval(self) -> str:
        return f"95\u00a0% between {points(self.low)} and {points(self.high)}"


def points(value: float) -> str:
    """0.184 as `+18`, -0.05 as `−5`, and nought without a sign."""
    rounded = round(value * 100)
    return f"{'+' if rounded > 0 else '−' if rounded < 0 else ''}{abs(rounded)}"


def difference(one: Share, other: Share, z: float = Z) -> Contrast | None:
    """`one` − `other`, of deals apart from each other; None while either is of nothing.

    The square-and-add interval of the two score intervals: method 10 of Newcombe, Interval estimation for the
    difference between independent proportions (Statistics in Medicine 17:873, 1998).
    """
    return _contrast([one], [other], z)


def difference_in_differences(after: Share, before: Share, *, beside: tuple[Share, Share], z: float = Z):
    """(after − before) − (after − before of `beside`), a Contrast; None while any of the four is of nothing.

    The four score intervals are squared and added, which is Newcombe's method 10 for more than two shares: MOVER, Zou
    and Donner, Construction of confidence limits about effect measures (Statistics in Medicine 27:1693, 2008).
    """
    after_beside, before_beside = beside
    return _contrast([after, before_beside], [before, after_beside], z)


def _contrast(plus: Sequence[Share], minus: Sequence[Share], z: float) -> Contrast | None:
    if not all(share.whole for share in (*plus, *minus)):
        return None
    value = sum(share.value for share in plus) - sum(share.value for share in minus)
    down = [(share.value, *score_interval(share.part, share.whole, z)) for share in plus]
    up = [(share.value, *score_interval(share.part, share.whole, z)) for share in minus]
    below = sum((p - low) ** 2 for p, low, _ in down) + sum((high - p) ** 2 for p, _, high in up)
    above = sum((high - p) ** 2 for p, _, high in down) + sum((p - low) ** 2 for p, low, _ in up)
    return Contrast(value, value - sqrt(below), value + sqrt(above))
