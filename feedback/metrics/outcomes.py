from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from feedback.metrics.money import Money, distinct_deals, money_of, sums
from feedback.metrics.periods import Month
from feedback.metrics.shares import Share
from feedback.models import Review
from feedback.models.reasons import Destination
from feedback.spans import month_of


@dataclass(frozen=True)
class MonthValue:
    """What was lost in one month; `month` is its first day."""

    month: date
    money: Money


def win_rate(opportunities: QuerySet) -> Share:
    """Definition "win rate": won ÷ (won + lost); lost includes no decision. One query."""
    row = distinct_deals(opportunities.closed()).aggregate(won=Count("pk", filter=Q(outcome="won")), all=Count("pk"))
    return Share(row["won"], row["all"])


def competitive_win_rate(opportunities: QuerySet) -> Share:
    """Definition "competitive win rate": won ÷ (won + lost to a competitor), as submitted reviews say. One query."""
    reviews = Review.objects.live().submitted().filter(kind="loss", destination__code=Destination.COMPETITOR)
    to_somebody = Q(outcome="lost", pk__in=reviews.order_by().values("opportunity"))
    return win_rate(opportunities.filter(Q(outcome="won") | to_somebody))


def lost_value(opportunities: QuerySet) -> Money:
    """Definition "lost value": Σ amount, else estimate, over distinct lost deals. One query."""
    return money_of(opportunities.lost())


def lost_value_by_month(opportunities: QuerySet, months: Sequence[date]) -> list[MonthValue]:
    """Lost value by the month of closing, for each of `months` (first days, in order), also those without a loss."""
    if not months:
        return []
    lost = distinct_deals(opportunities.lost().closed_between((months[0], month_of(months[-1])[1])))
    rows = lost.annotate(month=Month("closed_on")).values("month").annotate(**sums())
    found = {row["month"]: Money.of(row) for row in rows}
    return [MonthValue(month, found.get(f"{month:%Y-%m}", Money())) for month in months]
