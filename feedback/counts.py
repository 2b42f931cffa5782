"""How many rows a list has, without counting half a million of them for each page."""

import hashlib
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import QuerySet

EXACT = 1000  # rows; up to here a count is always true, so that people see their own work in it
KEPT = 60  # seconds


@dataclass(frozen=True)
class Total:
    """A number of rows: exact, or said as about (`about 48,000`), which is right to two figures and a minute."""

    number: int
    is_exact: bool = True

    def __str__(self) -> str:
        if self.is_exact:
            return f"{self.number:,}"
        return f"about {round(self.number, 2 - len(str(self.number))):,}"


def total_of(queryset: QuerySet) -> Total:
    """The number of rows of a queryset. Large ones are kept for a minute by what is asked of the database, which
    includes the filter and what the person may see."""
    rows = queryset.order_by().values("pk")
    statement, parameters = rows.query.sql_with_params()
    key = "count-" + hashlib.sha256(repr((statement, parameters)).encode()).hexdigest()
    if (kept := cache.get(key)) is not None:
        return Total(kept, is_exact=False)
    number = rows[: EXACT + 1].count()
    if number <= EXACT:
        return Total(number)
    number = rows.count()
    cache.set(key, number, KEPT)
    return Total(number, is_exact=False)
