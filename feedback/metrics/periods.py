"""Stretches of days: (first day, last day), both included."""

from datetime import date, timedelta

from django.db.models import CharField, Func, IntegerField

from feedback.spans import Period


def last_days(today: date, days: int) -> Period:
    """The `days` days that end with `today`."""
    return today - timedelta(days=days - 1), today


def last_year(today: date) -> Period:
    """The twelve months that end with `today`."""
    try:
        same_day = today.replace(year=today.year - 1)
    except ValueError:  # 29 February
        same_day = today.replace(year=today.year - 1, day=28)
    return same_day + timedelta(days=1), today


def last_months(today: date, months: int) -> list[date]:
    """First days of the last `months` calendar months, oldest first; the month of `today` is the last."""
    firsts = [today.replace(day=1)]
    while len(firsts) < months:
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    return firsts[::-1]


class Month(Func):
    """The month a day is in as `2026-05`. By letters, for on SQLite Django truncates days in Python, row by row."""

    arity = 1
    output_field = CharField()

    def as_sqlite(self, compiler, connection):
        return self.as_sql(compiler, connection, template="SUBSTR(%(expressions)s, 1, 7)")

    def as_postgresql(self, compiler, connection):
        return self.as_sql(compiler, connection, template="TO_CHAR(%(expressions)s, 'YYYY-MM')")


class Days(Func):
    """Days from the second date to the first; on SQLite without Django's way over Python functions."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()

    def as_sqlite(self, compiler, connection):
        return self.as_sql(compiler, connection, template="(julianday(%(expressions)s))", arg_joiner=") - julianday(")
