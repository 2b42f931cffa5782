from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from feedback.metrics import number_of
from objections.models import Usage


@dataclass(frozen=True)
class Uses:
    """Deals a piece of collateral was used on, and how those that closed ended; an association, no proof."""

    deals: int = 0
    won: int = 0
    closed: int = 0

    def __str__(self):
        """`used on 5 deals, won 3 of 4 closed`, or `no record yet`."""
        if not self.deals:
            return "no record yet"
        ended = f"won {self.won} of {self.closed} closed" if self.closed else "none closed yet"
        return f"used on {number_of(self.deals, 'deal')}, {ended}"


def uses_of(pieces: Iterable[int]) -> dict[int, Uses]:
    """By id of the piece; a deal counts once however many people used it there. One query; unused ones are left out."""
    won, lost = Q(opportunity__outcome="won"), Q(opportunity__outcome="lost")
    rows = Usage.objects.filter(collateral__in=pieces).order_by().values("collateral")
    rows = rows.annotate(
        deals=Count("opportunity", distinct=True),
        won=Count("opportunity", filter=won, distinct=True),
        closed=Count("opportunity", filter=won | lost, distinct=True),
    )
    return {row.pop("collateral"): Uses(**row) for row in rows}
