"""What the page of the loop says over the company: each step by month, how it stands now, and what still waits."""

from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from feedback.figures import Figure, kept
from feedback.metrics import number_of
from objections.loop_drawing import months_plot
from objections.metrics import Spread, StepTimes, Times, company_chains, step_times

COLUMNS = ("Month", "Themes", "Median, days", "90th percentile, days")


def times(today: date) -> Figure[Times]:
    """The one set of figures of the page and of the leaders' home."""
    return kept(f"loop-{today}", lambda: step_times(company_chains(), today), stands_on=lambda found: found.voices)


@dataclass(frozen=True)
class Shown:
    """One step as a tile and as a picture with its table."""

    times: StepTimes
    months: list[date]

    @property
    def name(self) -> str:
        return self.times.step.name

    @property
    def key(self) -> str:
        return self.times.step.key

    @property
    def now(self) -> str:
        recent = self.times.recent
        return in_days(recent.median) if recent.n else "–"

    @property
    def now_note(self) -> str:
        """Beside the median: nine in ten, unless there are too few to say, and of how many."""
        recent = self.times.recent
        if not recent.n:
            return "none in the last 3 months"
        if recent.is_few:
            return f"only {number_of(recent.n, 'theme')} in 3 months"
        return f"9 in 10 within {in_days(recent.p90)} · {number_of(recent.n, 'theme')} in 3 months"

    @property
    def title(self) -> str:
        """The finding of the year."""
        year = self.times.year
        if not year.n:
            return f"{self.name}: not yet"
        p90 = "" if year.is_few else f", 9 in 10 within {in_days(year.p90)}"
        return f"{self.name}: {in_days(year.median)} in the middle{p90}"

    @property
    def note(self) -> str:
        parts = [f"{number_of(self.times.year.n, 'theme')} in 12 months"]
        if self.times.year.is_few:
            parts.append("too few to conclude from")
        if self.times.turned:
            parts.append(f"{number_of(self.times.turned, 'other')} the other way round, not timed")
        return " · ".join(parts)

    @property
    def art(self) -> SafeString:
        months = [
            (f"{month:%b}", spread, f"{month:%B %Y}: {_said(spread)}")
            for month, spread in zip(self.months, self.times.by_month, strict=True)
        ]
        return months_plot(months, f"{self.title}. By month, the numbers are in the table below.")

    @property
    def rows(self) -> list[tuple]:
        return [
            (f"{month:%B %Y}", spread.n, *(_number(days) for days in (spread.median, spread.p90)))
            for month, spread in zip(self.months, self.times.by_month, strict=True)
        ]


def shown(found: Times) -> list[Shown]:
    return [Shown(times, found.months) for times in found.steps]


def in_days(days: float) -> str:
    """`1 day`, `2.5 days`, `40 days`; halves from ten days on are rounded away."""
    days = round(days) if days >= 10 else round(days, 1)
    return "1 day" if days == 1 else f"{days:g} days"


def _said(spread: Spread) -> str:
    if not spread.n:
        return "none"
    return f"{in_days(spread.median)}, 9 in 10 within {in_days(spread.p90)}, {number_of(spread.n, 'theme')}"


def _number(days: float | None) -> str:
    return "–" if days is None else f"{round(days, 1):g}"
