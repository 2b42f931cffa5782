"""Stretches of days, both ends included: what they are called, and which one comes before or after."""

from datetime import date, timedelta

Period = tuple[date, date]
QUARTER, YEAR = 3, 12  # months


def month_of(day: date) -> Period:
    """The calendar month that `day` is in."""
    first = day.replace(day=1)
    return first, months_on(first, 1) - timedelta(days=1)


def months_on(day: date, months: int) -> date:
    """The same day of the month, so many months later; `day` is at most the 28th."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=years, month=month + 1)


def whole_months(period: Period) -> int:
    """How many calendar months the period is; 0 where it begins or ends within one."""
    first, last = period
    if first.day != 1 or last != month_of(last)[1]:
        return 0
    return (last.year - first.year) * 12 + last.month - first.month + 1


def period_before(period: Period) -> Period:
    """As many whole months before it, or else as many days."""
    first, last = period
    until = first - timedelta(days=1)
    months = whole_months(period)
    return (months_on(first, -months) if months else until - (last - first)), until


def in_words(period: Period) -> str:
    """`October 2026`, `Q3 2026`, `2026`, or `5 to 18 October 2026` with as much as it takes to tell the ends apart."""
    first, last = period
    months = whole_months(period)
    if months == 1:
        return f"{first:%B %Y}"
    if months == QUARTER and first.month % QUARTER == 1:
        return f"Q{first.month // QUARTER + 1} {first.year}"
    if months == YEAR and first.month == 1:
        return f"{first.year}"
    if first == last:
        return f"{first:%-d %B %Y}"
    since = f"{first:%-d}" if first.replace(day=1) == last.replace(day=1) else f"{first:%-d %B}"
    return f"{since}{f' {first.year}' if first.year != last.year else ''} to {last:%-d %B %Y}"
