from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from feedback.meetings import Chart, Rows
from feedback.metrics import Money, Period, Share, coverage, difference, distinct_deals, last_year, sums, win_rate
from feedback.models import Meeting, Opportunity, Review
from feedback.models.accounts import Dimension
from feedback.models.reasons import Destination
from feedback.sections import plain

MOST = 6
SEGMENT = ("account__segments__dimension", "account__segments__value")
DEFINITIONS = ("not-landing", "win-rate", "destination", "lost-value")
YEAR = {"closed_from": "{2}", "closed_to": "{1}"}
ROWS = (
    Rows("Closed deals of 12 months", "feedback:opportunity_export", YEAR),
    Rows("Reviews of 12 months", "feedback:review_export", YEAR),
)


@dataclass(frozen=True)
class Group:
    """A segment or lead source with its own win rate, beside that of `whole`."""

    kind: str
    name: str
    own: Share
    whole: Share

    @property
    def rest(self) -> Share:
        return Share(self.whole.part - self.own.part, self.whole.whole - self.own.whole)


MINUTES = 3


def collect(period: Period, meeting: Meeting) -> dict:
    """Segments and lead sources that win clearly less than all others together, and whom we lost to; twelve months.

    Clearly: the 95 % interval of the difference lies below nought. Neither groups under twenty deals are compared, nor
    those beside which fewer are left.
    """
    year = last_year(period[1])
    deals = distinct_deals(Opportunity.objects.closed_between(year).closed())
    whole = win_rate(deals)
    segmented = deals.exclude(account__segments=None)
    groups = [
        Group(Dimension(dimension).label, value, Share(won, closed), whole)
        for dimension, value, won, closed in _counted(segmented, *SEGMENT)
    ]
    sourced = _counted(deals.exclude(lead_source=""), "lead_source")
    groups += [Group("Lead source", source, Share(won, closed), whole) for source, won, closed in sourced]
    compared = [group for group in groups if not group.own.is_small and not group.rest.is_small]
    return {
        "from": year[0],
        "compared": len(compared),
        "behind": _behind(compared)[:MOST],
        "lost_to": _lost_to(deals),
        "coverage": str(coverage(deals)),
    }


def chart(data: dict) -> Chart | None:
    behind = data["behind"]
    if not behind:
        return None
    shares = [[row[whose]["part"] / row[whose]["whole"] for row in behind] for whose in ("rest", "own")]
    names = [row["name"] for row in behind]
    return Chart("bar", "Win rate, beside all others", names, {"All others": shares[0], "These": shares[1]}, "percent")


def _counted(deals, *columns: str) -> list[tuple]:
    """(values, won, closed) of each combination of the columns."""
    won, closed = Count("pk", filter=Q(outcome="won"), distinct=True), Count("pk", distinct=True)
    return list(deals.order_by(*columns).values_list(*columns).annotate(won=won, closed=closed))


def _behind(groups: Iterable[Group]) -> list[dict]:
    found = []
    for group in groups:
        gap = difference(group.own, group.rest)
        if gap.high < 0:
            shares = {"own": plain.share(group.own), "rest": plain.share(group.rest)}
            found.append({"kind": group.kind, "name": group.name, "gap": gap.value, "words": str(gap)} | shares)
    return sorted(found, key=lambda row: (row["gap"], row["name"]))


def _lost_to(deals) -> list[dict]:
    """What went to each competitor by the submitted reviews, most value first; without a name where none is known."""
    reviews = Review.objects.live().submitted().filter(kind="loss", opportunity__in=deals.lost())
    to_somebody = reviews.filter(Q(destination__code=Destination.COMPETITOR) | ~Q(competitor=None))
    rows = to_somebody.order_by().values("competitor__name").annotate(**sums("opportunity__"))
    found = [(row["competitor__name"] or "", Money.of(row)) for row in rows]
    found.sort(key=lambda each: (not each[0], -each[1].total, each[0]))
    return [{"name": name, "lost": plain.money(money)} for name, money in found if name][:MOST] + [
        {"name": "", "lost": plain.money(money)} for name, money in found if not name
    ]
