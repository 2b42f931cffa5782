"""Whether an answer is followed by more wins: before and after it was published, beside deals that did not need it.

**Which deals.** A deal belongs to the day on which the theme was first heard on it while it was open, for from then on
an answer could matter. It is followed for the median cycle length from that day, and counts if it closed within it. So
a deal from before and one from after are watched for equally long: counted by the day they closed, the months after a
publication would be full of deals that had been argued long before it, and counted whenever they close, the newest
would be the quick ones only, which is another win rate.

* Before: first heard in the year that ended one follow-up before publishing, so that every outcome was known by then.
* Between: heard later, but before publishing. Some of these deals met the answer and some did not: left out.
* After: first heard from the day of publishing on, for a year at most, with the follow-up over by today. What is still
  followed is left out even where it has closed already.

The base are deals of the same days on which something was heard while they were open, but none of the themes; they
belong to the day of their first objection. Whatever became easier or harder for all deals is taken off with them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import Min, QuerySet
from django.utils import timezone

from feedback.metrics import (
    SMALL,
    Contrast,
    Period,
    Share,
    difference,
    difference_in_differences,
    last_year,
    median_cycle,
    number_of,
)
from feedback.metrics.shares import Z
from feedback.models import Company, Opportunity
from feedback.models.opportunities import Outcome
from objections.metrics.pairs import Themes, counted_in
from objections.models import Collateral, ContentRequest, Objection, Publication, Theme, Usage
from objections.models.content import RequestState

NEEDED = SMALL  # deals on each side, before anything is concluded
YEAR = timedelta(days=365)
UNKNOWN_CYCLE = 90  # days of follow-up where no deal says how long one takes
WORTH = 0.10  # an effect smaller than ten points is none that anybody would notice
# Who looks each month and stops at the first good news finds some where there is none. This quantile of 98 % keeps that
# under one in twenty over a year of looks; see tests/objections/test_impact_simulation.py.
SURE = 2.326348

BEFORE, BETWEEN, AFTER, FOLLOWED = "before", "between", "after", "followed"


@dataclass(frozen=True)
class Span:
    """The days that decide: `follow_up` is in days, `ended_on` when the last of it was retired, None while live."""

    published_on: date
    follow_up: int
    read_on: date
    ended_on: date | None = None

    @cached_property
    def before(self) -> Period:
        last = self.published_on - timedelta(days=self.follow_up + 1)
        return last - YEAR + timedelta(days=1), last

    @cached_property
    def after(self) -> Period:
        """Its last day lies before its first while no follow-up is over."""
        followed = self.read_on - timedelta(days=self.follow_up + 1)
        return self.published_on, min(followed, self._last)

    @cached_property
    def _last(self) -> date:
        year = self.published_on + YEAR - timedelta(days=1)
        return min(year, self.ended_on) if self.ended_on else year

    def part_of(self, day: date) -> str:
        """Where a deal on which it was first heard that day belongs; empty outside of all."""
        if self.before[0] <= day <= self.before[1]:
            return BEFORE
        if self.before[1] < day < self.published_on:
            return BETWEEN
        if self.published_on <= day <= self._last:
            return AFTER if day <= self.after[1] else FOLLOWED
        return ""


@dataclass(frozen=True)
class Met:
    """A deal, the first day it counts from, and how it ended; `closed_on` is None while it is open."""

    deal: int
    on: date
    outcome: str
    closed_on: date | None

    def closed_within(self, days: int) -> bool:
        return self.closed_on is not None and self.closed_on <= self.on + timedelta(days=days)


@dataclass(frozen=True)
class Side:
    """Win rates before and after over deals that closed within the follow-up; the other figures are deals left out:
    of both spans those that took longer, those from between, and those still followed.
    """

    before: Share = Share(0, 0)
    after: Share = Share(0, 0)
    slow: int = 0
    between: int = 0
    followed: int = 0

    @property
    def change(self) -> Contrast | None:
        return difference(self.after, self.before)


@dataclass(frozen=True)
class Impact:
    """What is known on a day of the impact of an answer; an association, no proof.

    `used` and `unused` are those of the deals after it on which a rep noted its use while they were open, and those
    where nobody did; on `noted_late` it was noted only once they had closed: wins are asked for it then and losses
    are not, so that these are in neither.
    """

    span: Span
    theme: Side
    base: Side
    used: Share = Share(0, 0)
    unused: Share = Share(0, 0)
    noted_late: int = 0

    @property
    def effect(self) -> Contrast | None:
        """The change of the win rate against it, less that of the base, with its 95 % interval."""
        return self._effect(Z)

    def _effect(self, z: float) -> Contrast | None:
        beside = (self.base.after, self.base.before)
        return difference_in_differences(self.theme.after, self.theme.before, beside=beside, z=z)

    @property
    def use(self) -> Contrast | None:
        return difference(self.used, self.unused)

    @property
    def is_enough(self) -> bool:
        sides = (self.theme.before, self.theme.after, self.base.before, self.base.after)
        return all(share.whole >= NEEDED for share in sides)

    @property
    def progress(self) -> str:
        """What is missing, in words: `7 of 20 deals so far`; empty once it is enough."""
        if self.is_young:
            return f"{self.theme.after.whole} of {NEEDED} deals so far"
        if self.theme.before.whole < NEEDED:
            return f"only {self.theme.before.whole} of {NEEDED} deals from before it was published"
        fewest = min(self.base.before.whole, self.base.after.whole)
        return "" if self.is_enough else f"only {fewest} of {NEEDED} deals without it to compare with"

    @property
    def suggestion(self) -> str:
        """What the figures suggest, as a state of the request; empty until it is enough. A person decides.

        Worked: even the 98 % interval of the effect lies above nought. No effect: the 95 % interval leaves no room for
        one of ten points. Anything else is inconclusive.
        """
        if not self.is_enough:
            return ""
        if self._effect(SURE).low > 0:
            return RequestState.WORKED
        return RequestState.NO_EFFECT if self.effect.high < WORTH else RequestState.INCONCLUSIVE

    @property
    def finding(self) -> str:
        """The title of its picture."""
        if not self.is_enough:
            return f"Too early to say: {self.progress}" if self.is_young else f"Too few to compare: {self.progress}"
        moved = round(self.effect.value * 100)
        if not moved:
            return "Won as often since it was published as before, beside other deals"
        often = f"{number_of(abs(moved), 'point')} {'more' if moved > 0 else 'less'} often"
        return f"Won {often} since it was published, beside other deals"

    @property
    def is_young(self) -> bool:
        """Whether more deals are still to come."""
        return self.theme.after.whole < NEEDED

    @property
    def in_short(self) -> str:
        """In a sentence or two, for where no table stands: counts, the effect if it is enough, and what it is worth."""
        won = f"Won {self.theme.after.counts} since it was published, {self.theme.before.counts} before"
        effect = f"; beside other deals {self.effect}" if self.is_enough else f"; {self.progress}"
        return f"{won}{effect}. An association, not proof."

    def as_json(self) -> dict:
        """As plain values that `of_json` reads."""
        return {**asdict(self), "span": {key: _written(value) for key, value in asdict(self.span).items()}}

    @classmethod
    def of_json(cls, written: dict) -> "Impact":
        days = {key: date.fromisoformat(v) if isinstance(v, str) else v for key, v in written["span"].items()}
        sides = {key: _side(written[key]) for key in ("theme", "base")}
        shares = {key: Share(**written[key]) for key in ("used", "unused")}
        return cls(span=Span(**days), **sides, **shares, noted_late=written["noted_late"])


def _written(value):
    return value.isoformat() if isinstance(value, date) else value


def _side(written: dict) -> Side:
    shares = {key: Share(**written[key]) for key in ("before", "after")}
    return Side(**{**written, **shares})


@dataclass(frozen=True)
class ImpactRow:
    """One deal of an impact: `part` is where it belongs; `is_counted` whether it closed within the follow-up of a
    span that counts; `use` is "yes" or "late" where its use was noted.
    """

    met: Met
    raised: bool
    part: str
    is_counted: bool
    use: str = ""


def answers_of(what: Theme | Collateral | ContentRequest) -> tuple[QuerySet[Theme], QuerySet[Collateral]]:
    """(themes, pieces) whose impact that of a theme, of a piece or of a request is: of all that answers the theme, of
    the piece in its themes, of all that was made for the request in its themes.
    """
    if isinstance(what, Theme):
        return Theme.objects.filter(pk=what.pk), what.collateral.all()
    pieces = Collateral.objects.filter(pk=what.pk) if isinstance(what, Collateral) else what.collateral.all()
    return what.themes.all(), pieces


def impact(themes: Themes, pieces: QuerySet[Collateral], today: date) -> Impact | None:
    """Definition "impact" of what the pieces answer in the themes, as of `today`; None while none was published.

    The day of publishing is that of the first, and stays whatever is published later. Five queries.
    """
    rows = impact_rows(themes, pieces, today)
    return impact_of(*rows) if rows else None


def impact_rows(themes: Themes, pieces: QuerySet[Collateral], today: date) -> tuple[Span, list[ImpactRow]] | None:
    """The deals behind an impact, those with the theme first, each by the day it counts from; None as above."""
    zone = Company.current().zone
    span = _span(pieces, today, zone)
    if span is None:
        return None
    raised, others = _met(themes, since=span.before[0])
    return span, rows_of(raised, others, span, _uses(pieces, zone))


def impact_of(span: Span, rows: Iterable[ImpactRow]) -> Impact:
    """The figures of these deals. Needs no database."""
    rows = list(rows)
    after = [row for row in rows if row.raised and row.is_counted and row.part == AFTER]
    return Impact(
        span=span,
        theme=_counted([row for row in rows if row.raised]),
        base=_counted([row for row in rows if not row.raised]),
        used=_share(row for row in after if row.use == "yes"),
        unused=_share(row for row in after if not row.use),
        noted_late=sum(row.use == "late" for row in after),
    )


def rows_of(
    raised: Iterable[Met], others: Iterable[Met], span: Span, used: Mapping[int, date] | None = None
) -> list[ImpactRow]:
    """The rows of deals met with the theme and without; `used` says when use was noted, by deal. Needs no database."""
    used = used or {}
    rows = [_row(met, span, raised=True, used_on=used.get(met.deal)) for met in raised]
    rows += [_row(met, span, raised=False) for met in others]
    return [row for row in rows if row.part]


def _span(pieces: QuerySet[Collateral], today: date, zone: ZoneInfo) -> Span | None:
    """The days that decide about these pieces, in the company's time zone. The follow-up is the median cycle length of
    the deals that closed in the year up to publishing. Two queries.
    """
    lives = Publication.objects.filter(collateral__in=pieces.order_by().values("pk")).values_list("at", "retired_at")
    lives = [(timezone.localdate(at, zone), ended and timezone.localdate(ended, zone)) for at, ended in lives]
    if not lives:
        return None
    published_on = min(on for on, _ in lives)
    ended_on = None if any(ended is None for _, ended in lives) else max(ended for _, ended in lives)
    cycle = median_cycle(Opportunity.objects.closed_between(last_year(published_on)))
    return Span(published_on, UNKNOWN_CYCLE if cycle is None else cycle, today, ended_on)


def _met(themes: Themes, *, since: date) -> tuple[list[Met], list[Met]]:
    """Deals with the themes and those with other objections only, both heard while open, first on or after `since`."""
    deal = "objection__opportunity"
    placed = counted_in(themes).filter(objection__outcome_when_heard=Outcome.OPEN, objection__opportunity__isnull=False)
    rows = placed.order_by().values_list(deal, f"{deal}__outcome", f"{deal}__closed_on")
    raised = [_as_met(row) for row in rows.annotate(on=Min("objection__heard_on"))]
    having = {met.deal for met in raised}
    voices = Objection.objects.live().heard_while_open().exclude(opportunity=None).order_by()
    rows = voices.values_list("opportunity", "opportunity__outcome", "opportunity__closed_on")
    rows = rows.annotate(on=Min("heard_on")).filter(on__gte=since)
    others = [met for met in map(_as_met, rows) if met.deal not in having]
    return sorted(raised, key=_by_day), sorted(others, key=_by_day)


def _as_met(row: tuple) -> Met:
    deal, outcome, closed_on, on = row
    return Met(deal, on, outcome, closed_on)


def _by_day(met: Met):
    return met.on, met.deal


def _row(met: Met, span: Span, *, raised: bool, used_on: date | None = None) -> ImpactRow:
    part = span.part_of(met.on)
    is_counted = part in (BEFORE, AFTER) and met.closed_within(span.follow_up)
    return ImpactRow(met, raised, part, is_counted, _use(met, used_on) if used_on else "")


def _use(met: Met, used_on: date) -> str:
    return "yes" if met.closed_on is None or used_on <= met.closed_on else "late"


def _uses(pieces: QuerySet[Collateral], zone: ZoneInfo) -> dict[int, date]:
    """By deal the day on which a use of one of the pieces was first noted. One query."""
    rows = Usage.objects.filter(collateral__in=pieces.order_by().values("pk")).order_by().values_list("opportunity")
    return {deal: timezone.localdate(at, zone) for deal, at in rows.annotate(first=Min("at"))}


def _counted(rows: list[ImpactRow]) -> Side:
    parts = [row.part for row in rows]
    return Side(
        before=_share(row for row in rows if row.is_counted and row.part == BEFORE),
        after=_share(row for row in rows if row.is_counted and row.part == AFTER),
        slow=sum(row.part in (BEFORE, AFTER) and not row.is_counted for row in rows),
        between=parts.count(BETWEEN),
        followed=parts.count(FOLLOWED),
    )


def _share(rows: Iterable[ImpactRow]) -> Share:
    outcomes = [row.met.outcome for row in rows]
    return Share(outcomes.count(Outcome.WON), len(outcomes))
