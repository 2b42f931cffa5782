"""How long the steps of the loop take over the company: medians, 90th percentiles, and what still waits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median, quantiles

from feedback.metrics import Period, last_days, last_months, month_of
from feedback.models import Company
from objections.metrics.chains import Chain, Moment, chains
from objections.models import Theme
from objections.models.themes import State

FEW = 5  # themes; fewer are said to be few
QUARTER = 91  # days
MONTHS = 12


@dataclass(frozen=True)
class Step:
    """From one moment of a theme to another; `start` comes first if all goes well."""

    start: Moment
    end: Moment

    @property
    def key(self) -> str:
        return f"{self.start}-{self.end}"

    @property
    def name(self) -> str:
        """`Answer live → first used`"""
        return f"{self.start.label} → {self.end.label[0].lower()}{self.end.label[1:]}"


WHOLE = Step(Moment.HEARD, Moment.PUBLISHED)  # the definition "loop time"
STEPS = [WHOLE, *(Step(start, end) for start, end in pairwise(Moment))]


@dataclass(frozen=True)
class Spread:
    """Of `n` themes the median and the 90th percentile, in days; both None where there is none."""

    n: int = 0
    median: float | None = None
    p90: float | None = None

    @property
    def is_few(self) -> bool:
        return 0 < self.n < FEW


def spread(days: Sequence[int]) -> Spread:
    """The 90th percentile is interpolated between the two days it falls between, both ends included: method 7 of
    Hyndman and Fan (1996), `statistics.quantiles(method="inclusive")`, numpy's default "linear". Of one day it is that
    day, and of fewer than ten it lies close to the largest.
    """
    if not days:
        return Spread()
    p90 = quantiles(days, n=10, method="inclusive")[8] if len(days) > 1 else days[0]
    return Spread(len(days), float(median(days)), float(p90))


@dataclass(frozen=True)
class Waiting:
    """Themes whose step has begun and not ended, and for how many days so far; `longest` waits most."""

    n: int = 0
    median: float | None = None
    days: int | None = None
    longest: Theme | None = None


@dataclass(frozen=True)
class StepTimes:
    """One step over the company: by the month it ended in (as `Times.months`), the last `QUARTER` days, and the year.

    `turned` themes of the year had the end before the start, such as an answer that was there before anybody raised
    it: there was nothing to time, and they are in no other figure.
    """

    step: Step
    by_month: list[Spread]
    recent: Spread
    year: Spread
    turned: int
    waiting: Waiting


@dataclass(frozen=True)
class Times:
    """`voices` is how many objections it stands on."""

    months: list[date]
    steps: list[StepTimes]
    voices: int


def company_chains() -> list[Chain]:
    """Of every theme that was heard. Merged ones are counted in the theme they were merged into. Eight queries."""
    themes = Theme.objects.exclude(state=State.MERGED).order_by("name", "pk")
    return [chain for chain in chains(themes, Company.current().zone) if chain.voices]


def step_times(found: Iterable[Chain], today: date) -> Times:
    """Definition "loop-steps": calendar days of the company's time zone from one moment of a theme to the next, for
    themes where both came, and in this order; counted in the month in which the step ended. No queries.
    """
    found, months = list(found), last_months(today, MONTHS)
    return Times(months, [_step(step, found, months, today) for step in STEPS], sum(chain.voices for chain in found))


def _step(step: Step, found: list[Chain], months: list[date], today: date) -> StepTimes:
    ended = [(chain.on[step.end], days) for chain in found if (days := chain.days(step.start, step.end)) is not None]
    year = (months[0], today)
    return StepTimes(
        step=step,
        by_month=[spread(_within(ended, month_of(month))) for month in months],
        recent=spread(_within(ended, last_days(today, QUARTER))),
        year=spread(_within(ended, year)),
        turned=sum(days < 0 and year[0] <= on <= year[1] for on, days in ended),
        waiting=_waiting(step, found, today),
    )


def _within(ended: list[tuple[date, int]], period: Period) -> list[int]:
    return [days for on, days in ended if period[0] <= on <= period[1] and days >= 0]


def _waiting(step: Step, found: list[Chain], today: date) -> Waiting:
    since = [(chain.on[step.start], chain.theme) for chain in found if chain.waits_for(step.start, step.end)]
    if not since:
        return Waiting()
    first, longest = min(since, key=lambda each: (each[0], each[1].pk))
    return Waiting(len(since), float(median((today - on).days for on, _ in since)), (today - first).days, longest)
