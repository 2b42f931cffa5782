"""The score that themes are triaged by: pure, from figures to points. Definition "triage score"."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from feedback.metrics import Money, Share
from objections.metrics.voices import Trend


@dataclass(frozen=True)
class Reuse:
    """Who would use an answer: `people` who logged the theme or own one of the `deals`, open ones that raised it."""

    people: int = 0
    deals: int = 0


@dataclass(frozen=True)
class Worth:
    """What speaks for answering a theme; see `worth_of`, which says the periods."""

    open: Money = Money()
    lost: Money = Money()
    late: Share = Share(0, 0)
    trend: Trend = Trend()
    voices: int = 0
    reuse: Reuse = Reuse()


@dataclass(frozen=True)
class Part:
    """One part of the score: at most `points`, ranked by `size`, a number that is 0 or less where there is none."""

    key: str
    label: str
    points: int
    size: Callable[[Worth], Decimal | float | int]


# The one place that says what counts how much: 100 points in all.
PARTS = (
    Part("open", "Open value exposed", 30, lambda worth: worth.open.total),
    Part("lost", "Lost value, 90 days", 25, lambda worth: worth.lost.total),
    Part("late", "Late-stage share", 15, lambda worth: _at_least(worth.late)),
    Part("trend", "Trend", 10, lambda worth: worth.trend.growth),
    Part("voices", "Voices, 12 months", 10, lambda worth: worth.voices),
    Part("reuse", "Reuse", 10, lambda worth: worth.reuse.people),
)


@dataclass(frozen=True)
class Points:
    """What one part gives: `rank` of the `of` themes that have any of it have as much or less; 0 for none."""

    part: Part
    rank: int
    of: int

    @property
    def points(self) -> Decimal:
        """To a tenth, rounded half up in whole numbers, so that they add up to what is shown."""
        if not self.of:
            return Decimal("0.0")
        tenths = (2 * self.part.points * 10 * self.rank + self.of) // (2 * self.of)
        return Decimal(tenths).scaleb(-1)

    @property
    def place(self) -> int | None:
        """1 for the largest; equal ones share the best place. None without any."""
        return self.of - self.rank + 1 if self.rank else None


@dataclass(frozen=True)
class Score:
    """0 to 100 points, and the parts they come from in the order of `PARTS`."""

    parts: tuple[Points, ...]

    @cached_property
    def total(self) -> Decimal:
        return sum((part.points for part in self.parts), Decimal("0.0"))

    def __str__(self):
        return f"{self.total}"


def scores(worths: Mapping[int, Worth]) -> dict[int, Score]:
    """The score of each theme, by id, beside the others given. Each part goes by rank among those that have any."""
    ranks = [_ranks({pk: part.size(worth) for pk, worth in worths.items()}) for part in PARTS]
    return {pk: Score(tuple(Points(part, *rank[pk]) for part, rank in zip(PARTS, ranks, strict=True))) for pk in worths}


def _ranks(sizes: Mapping[int, Decimal | float | int]) -> dict[int, tuple[int, int]]:
    """By id (how many have any and as much or less, how many have any)."""
    some = sorted(size for size in sizes.values() if size > 0)
    return {pk: (bisect_right(some, size) if size > 0 else 0, len(some)) for pk, size in sizes.items()}


def _at_least(share: Share) -> float:
    """The lower end of the 95 % interval; 0 of nothing."""
    return share.interval[0] if share.part else 0.0
