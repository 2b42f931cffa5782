from dataclasses import dataclass
from math import sqrt

SMALL = 20  # below this a percentage pretends to more than the counts say
Z = 1.959964  # standard normal quantile of a two-sided 95 % interval


def number_of(n: float, noun: str, plural: str = "") -> str:
    """`1 deal`, `3 deals`, `2.5 days`."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def score_interval(part: int, whole: int, z: float = Z) -> tuple[float, float]:
    """The score interval of a share, each end 0 to 1: Wilson, Probable inference, the law of succession, and
    statistical inference (Journal of the American Statistical Association 22, 1927); method 3 of Newcombe, Two-sided
    confidence intervals for the single proportion (Statistics in Medicine 17:857, 1998). Without continuity correction;
    `z` is the two-sided quantile of the standard normal distribution.
    """
    p, n, z2 = part / whole, whole, z * z
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = z / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True)
class Share:
    """`part` of `whole` things. Prints as `71 %`, as `7 of 18` while there are fewer than 20, as `–` for none."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """0 to 1, or None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def is_small(self) -> bool:
        return self.whole < SMALL

    @property
    def counts(self) -> str:
        return f"{self.part:,} of {self.whole:,}"

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % score interval (Wilson 1927), each end 0 to 1; None of nothing."""
        return score_interval(self.part, self.whole) if self.whole else None

    def __str__(self):
        if not self.whole:
            return "–"
        return self.counts if self.is_small else f"{self.value * 100:.0f}\u00a0%"
