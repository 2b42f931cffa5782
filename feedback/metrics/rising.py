from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet

from feedback.metrics.periods import Period
from feedback.metrics.reasons import value_by_reason

FEWEST, MORE = 3, 2  # deals that a reason needs now, and how many more than before


@dataclass(frozen=True)
class Rise:
    """A primary reason and how many lost deals have it: now, and in as many days before."""

    code: str
    label: str
    now: int
    before: int


def rising_reasons(opportunities: QuerySet, period: Period) -> list[Rise]:
    """Reasons given for at least three deals lost in the period and at least two more than in the days before it, as
    many as it has; the steepest first. A count of few deals, no test: it says where to look. Four queries."""
    first, last = period
    days = last - first + timedelta(days=1)
    earlier = value_by_reason(opportunities.closed_between((first - days, first - timedelta(days=1))))
    before = {bar.code: bar.money.deals for bar in earlier.bars}
    bars = value_by_reason(opportunities.closed_between(period)).bars
    rises = [Rise(bar.code, bar.label, bar.money.deals, before.get(bar.code, 0)) for bar in bars]
    found = [rise for rise in rises if rise.now >= max(FEWEST, rise.before + MORE)]
    return sorted(found, key=lambda rise: (rise.before - rise.now, rise.code))
