from dataclasses import dataclass
from statistics import median

from django.db.models import Count, F, QuerySet

from feedback.metrics.money import distinct_deals
from feedback.metrics.periods import Days


@dataclass(frozen=True)
class CycleLength:
    """Median days from created to closed, won and lost apart, each with its n; None where there is no deal."""

    won_days: float | None
    won_n: int
    lost_days: float | None
    lost_n: int


def cycle_length(opportunities: QuerySet) -> CycleLength:
    """Definition "cycle length": median(closed − created). Deals without a day of creation are left out. One query."""
    days = {"won": [], "lost": []}
    dated = distinct_deals(opportunities.closed()).exclude(created_on=None)
    for outcome, created_on, closed_on in dated.values_list("outcome", "created_on", "closed_on"):
        days[outcome].append((closed_on - created_on).days)
    return CycleLength(
        won_days=median(days["won"]) if days["won"] else None,
        won_n=len(days["won"]),
        lost_days=median(days["lost"]) if days["lost"] else None,
        lost_n=len(days["lost"]),
    )


def median_cycle(opportunities: QuerySet) -> int | None:
    """Whole days from created to closed, the median over won and lost deals together; None without a dated one.

    One query, of one row for each number of days.
    """
    dated = distinct_deals(opportunities.closed()).exclude(created_on=None)
    rows = dated.annotate(took=Days(F("closed_on"), F("created_on"))).values_list("took").annotate(n=Count("pk"))
    days = [took for took, n in rows for _ in range(n)]
    return round(median(days)) if days else None
