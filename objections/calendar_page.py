"""What the calendar of due days shows of a month: whole weeks from Monday, each day with what is due on it.

As many queries for ten requests as for a thousand.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from feedback.metrics import month_of
from feedback.models import Holiday
from objections.models import ContentRequest
from objections.workflow import clock_of

IN_A_DAY = 4  # shown at once; the others unfold


@dataclass(frozen=True)
class Day:
    on: date
    is_of_month: bool
    is_today: bool
    holiday: str
    due: list[ContentRequest]

    @property
    def is_weekend(self) -> bool:
        return self.on.weekday() > calendar.FRIDAY

    @property
    def is_off(self) -> bool:
        return self.is_weekend or bool(self.holiday)

    @property
    def first(self) -> list[ContentRequest]:
        """All but one would be a fold for one line."""
        return self.due if len(self.due) == IN_A_DAY + 1 else self.due[:IN_A_DAY]

    @property
    def others(self) -> list[ContentRequest]:
        return self.due[len(self.first) :]


@dataclass(frozen=True)
class Month:
    """`late_before` are late from days before the first shown, `without_day` have none and stand nowhere here."""

    first: date
    weeks: list[list[Day]]
    late_before: int
    without_day: int

    @property
    def before(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        return month_of(self.first)[1] + timedelta(days=1)

    @property
    def count(self) -> int:
        return sum(len(day.due) for week in self.weeks for day in week if day.is_of_month)


def month(requests: QuerySet[ContentRequest], first: date, today: date) -> Month:
    """The month that begins with `first`, with the ends of its neighbours that share a week with it."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    days = weeks[0][0], weeks[-1][-1]
    due = {}
    for row in requests.filter(due_on__range=days).select_related("owner").order_by("due_on", "title", "id"):
        row.clock = clock_of(row, today)
        row.is_late = row.clock.tone == "danger"
        due.setdefault(row.due_on, []).append(row)
    holidays = dict(Holiday.objects.filter(day__range=days).values_list("day", "name"))
    return Month(
        first=first,
        weeks=[
            [Day(on, on.month == first.month, on == today, holidays.get(on, ""), due.get(on, [])) for on in week]
            for week in weeks
        ],
        late_before=requests.overdue(today).filter(due_on__lt=days[0]).count(),
        without_day=requests.filter(due_on=None).count(),
    )
