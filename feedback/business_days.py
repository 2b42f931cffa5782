"""Monday to Friday; company holidays come with administration."""

from datetime import date, timedelta

import numpy as np


def add_business_days(day: date, days: int) -> date:
    """`days` business days after `day`; a day at the weekend counts as the Friday before."""
    return np.busday_offset(day, days, roll="backward").item()


def last_day_due_before(today: date, days: int) -> date:
    """The latest day whose deadline, `days` business days on, has passed by `today`."""
    day = today
    while add_business_days(day, days) >= today:
        day -= timedelta(days=1)
    return day


def business_days_between(start: date, end: date) -> int:
    """Business days from `start` (not counted) to `end` (counted); negative when `end` is earlier."""
    return int(np.busday_count(start + timedelta(days=1), end + timedelta(days=1)))
