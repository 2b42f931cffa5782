from dataclasses import dataclass
from statistics import median

from django.db.models import Min
from django.utils import timezone

from feedback.metrics import Period
from feedback.models import Company
from objections.models import Placement, Theme


@dataclass(frozen=True)
class LoopTime:
    """Median days from a theme first heard to its first answer live, over `n` themes; None where there is none.

    `ready_before` themes had an answer before anybody raised them: there was no loop to time.
    """

    days: float | None
    n: int
    ready_before: int
    by_theme: dict[int, int]


def loop_time(period: Period) -> LoopTime:
    """Definition "loop time": median(published − first heard) over themes whose first answer went live in the period.

    Days are calendar days of the company's time zone. Three queries.
    """
    live = Theme.objects.order_by().annotate(live_at=Min("collateral__publications__at")).exclude(live_at=None)
    zone = Company.current().zone
    live_on = {pk: timezone.localdate(at, zone) for pk, at in live.values_list("pk", "live_at")}
    went_live = {pk: day for pk, day in live_on.items() if period[0] <= day <= period[1]}
    heard = (
        Placement.objects.counted()
        .filter(theme__in=went_live)
        .order_by()
        .values_list("theme")
        .annotate(first=Min("objection__heard_on"))
    )
    days = {pk: (went_live[pk] - first).days for pk, first in heard}
    timed = {pk: n for pk, n in days.items() if n >= 0}
    return LoopTime(
        days=median(timed.values()) if timed else None,
        n=len(timed),
        ready_before=len(went_live) - len(timed),
        by_theme=timed,
    )
