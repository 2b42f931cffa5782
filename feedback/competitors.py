"""How often competitors are named. Apps above add what names them in `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from feedback.models import Review


@dataclass(frozen=True)
class Naming:
    """`rows(competitor)` gives those that name the competitor of the outer query, one row each, as `pk`."""

    label: str
    rows: Callable[[OuterRef], QuerySet]


_ONE = Value(1)  # what all rows are grouped by
namings: list[Naming] = []


def add_naming(naming: Naming) -> None:
    namings.append(naming)
    namings.sort(key=lambda each: each.label)


def register() -> None:
    add_naming(Naming("Deals", _deals))


def _deals(competitor):
    """Live reviews, one for each deal, that say this competitor won or was met."""
    return Review.objects.live().filter(Q(competitor=competitor) | Q(competitors_met=competitor))


def with_counts(competitors: QuerySet) -> QuerySet:
    """Adds `named_0`, `named_1` … in the order of `namings`; one query in all."""
    for place, naming in enumerate(namings):
        counted = naming.rows(OuterRef("pk")).order_by().annotate(one=_ONE).values("one")
        total = counted.annotate(n=Count("pk", distinct=True)).values("n")
        competitors = competitors.annotate(**{f"named_{place}": Coalesce(Subquery(total), 0)})
    return competitors
