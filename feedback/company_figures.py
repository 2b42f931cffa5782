"""The figures a decision can aim at; apps above add theirs in `AppConfig.ready()`.

A decision is judged by deals it could still change: what the figure said when the meeting was closed stands on the days
up to the end of the meeting's time, what it says later on days after it. The two share no deal, so that the interval of
their difference holds.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

from feedback.metrics import (
    Contrast,
    Period,
    Share,
    competitive_win_rate,
    coverage,
    cycle_length,
    difference,
    last_days,
    other_share,
    win_rate,
)
from feedback.models import Opportunity
from feedback.models.decisions import Hoped
from feedback.points import Point

LOST_CYCLE = "Days from created to lost"
QUARTER, YEAR = 90, 365  # days a figure looks back at most


@dataclass(frozen=True)
class CompanyFigure:
    """`measure(period, argument)` is its point; None where there is nothing of that name any more.

    `offered()` are the (argument, label) to choose from where there is one of each kind of thing, such as a theme.
    `standing` figures stand on twelve months whenever they are asked, so that two of them always share deals.
    """

    key: str
    position: int
    label: str
    measure: Callable[[Period, str], Point | None]
    better: str = Hoped.UP
    days: int = QUARTER
    offered: Callable[[], list[tuple[str, str]]] | None = field(default=None)
    standing: bool = False


figures: dict[str, CompanyFigure] = {}


def add_company_figure(figure: CompanyFigure) -> None:
    figures[figure.key] = figure


def choices() -> list:
    """For a form: (aim, label), in groups where there is one of each kind of thing."""
    found = []
    for figure in sorted(figures.values(), key=lambda each: each.position):
        if figure.offered is None:
            found.append((figure.key, figure.label))
        elif offered := figure.offered():
            found.append((figure.label, [(f"{figure.key}:{argument}", label) for argument, label in offered]))
    return found


def better_way(aim: str) -> str:
    """Up or down; up for what is known no more."""
    figure = figures.get(aim.partition(":")[0])
    return figure.better if figure else Hoped.UP


def measured(aim: str, until: date, *, after: date | None = None) -> Point | None:
    """What the aim says of the days up to `until`, of those after `after` only if given; None for what is no more."""
    key, _, argument = aim.partition(":")
    figure = figures.get(key)
    if figure is None:
        return None
    first, last = last_days(until, figure.days)
    if after is not None and not figure.standing:
        first = max(first, after + timedelta(days=1))
    return figure.measure((first, last), argument) if first <= last else None


@dataclass(frozen=True)
class Course:
    """Whether a number moved: `key` is as hoped, against, unclear, few or none; `words` are its figures, if any."""

    key: str
    label: str
    words: str = ""
    tone: str = ""

    @property
    def as_json(self) -> dict:
        return asdict(self)


NOTHING = Course("none", "Nothing to compare yet")
FEW = Course("few", "Too few deals to tell")


def course(then: Point | None, now: Point | None, hoped: str) -> Course:
    """Shares move where the 95 % interval of their difference leaves nought out; of under twenty nothing is said but
    the counts. Of other figures it is said which way they went and no more, for they come without an interval.
    """
    if now is None or then is None or now.value is None or then.value is None:
        return NOTHING
    if then.is_small or now.is_small:
        return FEW
    if then.unit == "share":
        return _course_of_share(difference(now.share, then.share), hoped)
    if now.value == then.value:
        return Course("unclear", "The same")
    rose = now.value > then.value
    as_hoped = rose == (hoped == Hoped.UP)
    label = f"{'Higher' if rose else 'Lower'}, {'as hoped' if as_hoped else 'not as hoped'}"
    return Course("as hoped" if as_hoped else "against", label)


def _course_of_share(gap: Contrast, hoped: str) -> Course:
    if gap.low <= 0 <= gap.high:
        return Course("unclear", "No clear change", str(gap))
    if (gap.low > 0) == (hoped == Hoped.UP):
        return Course("as hoped", "Moved as hoped", str(gap), "success")
    return Course("against", "Moved the other way", str(gap), "danger")


def register() -> None:
    """What this app knows of."""
    add_company_figure(CompanyFigure("coverage", 10, "Reasons known", _coverage))
    add_company_figure(CompanyFigure("win-rate", 20, "Win rate", _win_rate))
    add_company_figure(CompanyFigure("competitive-win-rate", 30, "Win rate against competitors", _competitive))
    add_company_figure(CompanyFigure("other", 40, "Reasons that say “other”", _other, better=Hoped.DOWN))
    add_company_figure(CompanyFigure("unknown", 50, "Reviews that say “unknown”", _unknown, better=Hoped.DOWN))
    add_company_figure(CompanyFigure("cycle", 60, LOST_CYCLE, _cycle, better=Hoped.DOWN))


def _closed(period):
    return Opportunity.objects.closed_between(period)


def _coverage(period, argument):
    return Point.of_share("coverage", "Reasons known", coverage(_closed(period)).share)


def _win_rate(period, argument):
    return Point.of_share("win-rate", "Win rate", win_rate(_closed(period)))


def _competitive(period, argument):
    found = competitive_win_rate(_closed(period))
    return Point.of_share("competitive-win-rate", "Win rate against competitors", found)


def _other(period, argument):
    return Point.of_share("other", "Reasons that say “other”", other_share(_closed(period)))


def _unknown(period, argument):
    found = coverage(_closed(period))
    said = Share(found.said_unknown, found.reviewed)
    return Point.of_share("unknown", "Reviews that say “unknown”", said)


def _cycle(period, argument):
    """Of the losses: a median over won and lost together moves with the win rate alone."""
    found = cycle_length(_closed(period))
    return Point("cycle", LOST_CYCLE, "days", found.lost_days, found.lost_n)
