from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, QuerySet

from feedback.metrics import Month, Period, Share, month_of
from objections.metrics.pairs import Themes, counted_in
from objections.models import Placement

QUARTER = 3  # months


@dataclass(frozen=True)
class Trend:
    """Voices of the last three whole months beside the three before."""

    now: int = 0
    before: int = 0

    @property
    def growth(self) -> int:
        return self.now - self.before

    def __str__(self):
        """`up from 2 to 5 in three months`, or `steady: 2 in three months`."""
        if self.now == self.before:
            return f"steady: {self.now} in three months"
        return f"{'up' if self.growth > 0 else 'down'} from {self.before} to {self.now} in three months"


def trend_of(by_month: Sequence[int]) -> Trend:
    """From voices by month, oldest first; the last month has only begun and is left out."""
    whole = by_month[:-1]
    return Trend(now=sum(whole[-QUARTER:]), before=sum(whole[-2 * QUARTER : -QUARTER]))


def voices_by_month(themes: Themes, months: Sequence[date]) -> dict[int, list[int]]:
    """Voices heard in each of `months` (first days, in order), for every theme that was heard in them. One query."""
    if not months:
        return {}
    heard = counted_in(themes).filter(
        objection__heard_on__gte=months[0], objection__heard_on__lte=month_of(months[-1])[1]
    )
    rows = heard.order_by().annotate(month=Month("objection__heard_on")).values_list("theme", "month")
    found, numbers = {}, {f"{month:%Y-%m}": number for number, month in enumerate(months)}
    for theme, month, voices in rows.annotate(voices=Count("pk")):
        found.setdefault(theme, [0] * len(months))[numbers[month]] = voices
    return found


def voices_between(themes: Themes, period: Period) -> dict[int, int]:
    """Voices heard in the period, for every theme that was heard in it. One query."""
    rows = counted_in(themes).filter(objection__heard_on__range=period).order_by().values_list("theme")
    return dict(rows.annotate(voices=Count("pk")))


def share_in_theme(objections: QuerySet) -> Share:
    """Voices that count and stand in a theme, of all that count. One query."""
    placed = Exists(Placement.objects.live().filter(objection=OuterRef("pk")))
    rows = objections.live().order_by().annotate(is_placed=placed).values_list("is_placed").annotate(n=Count("pk"))
    found = dict(rows)
    return Share(found.get(True, 0), sum(found.values()))
