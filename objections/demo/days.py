"""Days and moments of the demo company, counted back from today."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from random import Random
from zoneinfo import ZoneInfo

from feedback.business_days import add_business_days

MONTHS = 18


@dataclass(frozen=True)
class Days:
    """What happened lies on business days before `today`; `zone` is the company's."""

    today: date
    zone: ZoneInfo

    @cached_property
    def first(self) -> date:
        return self.month(MONTHS)

    @cached_property
    def last(self) -> date:
        """The latest day on which something has happened."""
        return self.business(self.today - timedelta(days=1))

    @cached_property
    def all(self) -> list[date]:
        """Every business day from the first to the last."""
        span = (self.last - self.first).days + 1
        days = (self.first + timedelta(days=n) for n in range(span))
        return [day for day in days if day.weekday() < 5]

    @cached_property
    def cut_off(self) -> date:
        """Deals lost before it owe no review."""
        return self.month(12)

    def month(self, ago: int) -> date:
        """The first day of the month that lies so many months before today's; negative for those to come."""
        years, month = divmod(self.today.year * 12 + self.today.month - 1 - ago, 12)
        return date(years, month + 1, 1)

    def months_ago(self, day: date) -> int:
        return (self.today.year - day.year) * 12 + self.today.month - day.month

    @cached_property
    def meetings(self) -> list[date]:
        """The days the three closed meetings were held on, each about the month before."""
        return [add_business_days(self.month(ago), 4) for ago in (3, 2, 1)]

    def business(self, day: date) -> date:
        """That day, or the Friday before a weekend."""
        return add_business_days(day, 0)

    def ago(self, days: int) -> date:
        return self.business(self.today - timedelta(days=days))

    def at(self, day: date, rng: Random) -> datetime:
        """Some moment of that day's office hours."""
        return datetime(day.year, day.month, day.day, rng.randint(8, 16), rng.randint(0, 59), tzinfo=self.zone)

    def close_of(self, day: date) -> datetime:
        """After everything else of that day."""
        return datetime(day.year, day.month, day.day, 17, 30, tzinfo=self.zone)
