"""Monday to Friday without the company's holidays."""

from datetime import date, timedelta

import numpy as np
from django.apps import apps

from feedback.kept import once


def calendar() -> np.busdaycalendar:
    """Which days are business days; read from the database once a request or job."""
    return once("calendar", _read)


def add_business_days(day: date, days: int) -> date:
    """`days` business days after `day`; a day at the weekend or a holiday counts as the business day before."""
    return np.busday_offset(day, days, roll="backward", busdaycal=calendar()).item()


def last_business_day(day: date) -> date:
    """`day`, or the business day before it: what was due earlier than that is late by a business day or more."""
    return add_business_days(day, 0)


def last_day_due_before(today: date, days: int) -> date:
    """The latest day whose deadline, `days` business days on, has passed by `today`."""
    day = today
    while add_business_days(day, days) >= today:
        day -= timedelta(days=1)
    return day


def business_days_between(start: date, end: date) -> int:
    """Business days from `start` (not counted) to `end` (counted); negative when `end` is earlier."""
    return int(np.busday_count(start + timedelta(days=1), end + timedelta(days=1), busdaycal=calendar()))


def _read():
    days = apps.get_model("feedback", "Holiday").objects.order_by().values_list("day", flat=True)
    return np.busdaycalendar(holidays=np.array(list(days), dtype="datetime64[D]"))
