"""How much is coded with each row of the taxonomy, counted over all versions by code.

Apps above add what they code with it in `AppConfig.ready()`.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count

from feedback.models import Review


@dataclass(frozen=True)
class Coding:
    """`count()` gives how many things, called `noun` (singular, plural), each code has; one for each kind of row."""

    noun: tuple[str, str]
    count: Callable[[], dict[str, int]]


codings: dict[str, Coding] = {}


def add_coding(kind: str, coding: Coding) -> None:
    codings[kind] = coding


def register() -> None:
    add_coding("destinations", Coding(("review", "reviews"), lambda: _reviews("destination__code")))
    add_coding(
        "reasons",
        Coding(("review", "reviews"), lambda: _reviews("reason__code", "detail__code", "contributing__code")),
    )


def _reviews(*columns: str) -> dict[str, int]:
    """Live reviews by code, whether handed in or not; a review has a code in one column at most."""
    total = Counter()
    for column in columns:
        counted = Review.objects.live().order_by().exclude(**{column: None}).values_list(column).annotate(Count("pk"))
        total.update(dict(counted))
    return total
