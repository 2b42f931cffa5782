from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from feedback.metrics.money import ZERO, distinct_deals, our_currency
from feedback.metrics.shares import Share
from feedback.models import Review
from feedback.models.reasons import Reason


@dataclass(frozen=True)
class Coverage:
    """How much we know of why deals were lost.

    `lost` deals in all; of `asked` a review is asked for, `reviewed` have one, `known` a reason other than unknown.
    `by_rule` of those not asked are left out by an exclusion rule, `by_somebody` with a reason of their own.
    Values sum amount, else estimate, of the asked deals in the company's currency.
    """

    lost: int
    asked: int
    reviewed: int
    known: int
    asked_value: Decimal
    known_value: Decimal
    by_rule: int = 0
    by_somebody: int = 0

    @property
    def owed(self) -> int:
        return self.asked - self.reviewed

    @property
    def said_unknown(self) -> int:
        return self.reviewed - self.known

    @property
    def not_asked(self) -> int:
        """Lost before the cut-off, or excluded with a reason."""
        return self.lost - self.asked

    @property
    def share(self) -> Share:
        return Share(self.known, self.asked)

    @property
    def value_share(self) -> float | None:
        """0 to 1 of the value, or None where there is none."""
        return float(self.known_value / self.asked_value) if self.asked_value else None

    def __str__(self):
        if not self.asked:
            return "no lost deal asks for a review"
        words = f"reasons known for {self.share.counts} lost deals"
        return words if self.value_share is None else f"{words}, {self.value_share * 100:.0f}\u00a0% of the value"


def coverage(opportunities: QuerySet) -> Coverage:
    """Definition "review coverage": deals with a known reason ÷ lost deals that owe a review, by count and by value.

    A review that says "unknown" counts as reviewed, not as known.
    """
    return _summed(list(_rows(opportunities)))


def coverage_by(opportunities: QuerySet, column: str) -> dict[int | None, Coverage]:
    """The same for each value of a column of theirs, such as `owner__team`: its id, None for none → coverage."""
    found = defaultdict(list)
    for key, *row in _rows(opportunities, column):
        found[key].append(row)
    return {key: _summed(rows) for key, rows in found.items()}


def _rows(opportunities, *columns):
    """Lost deals counted by `columns` and by what `_summed` reads. One query, and one for the exclusion rules."""
    review = Review.objects.live().submitted().filter(opportunity=OuterRef("pk"), kind="loss").order_by()
    is_known = Case(When(Q(reason=None) | Q(reason__code=Reason.UNKNOWN), then=Value(False)), default=Value(True))
    return (
        distinct_deals(opportunities.lost())
        .with_what_leaves_out()
        .annotate(knows=Subquery(review.values_list(is_known)[:1]))
        .values_list(*columns, "after_cut_off", "by_somebody", "by_rule", "knows")
        .annotate(n=Count("pk"), worth=Sum(Coalesce("amount", "amount_estimate"), filter=Q(currency=our_currency())))
    )


def _summed(rows: list[tuple[bool, bool, bool, bool | None, int, Decimal | None]]) -> Coverage:
    """Of (after the cut-off, excluded by somebody, by rule, knows the reason; null without a review, deals, worth)."""
    asked = [row[3:] for row in rows if row[0] and not row[1] and not row[2]]
    known = [row for row in asked if row[0]]
    return Coverage(
        lost=sum(row[4] for row in rows),
        asked=sum(n for _, n, _ in asked),
        reviewed=sum(n for knows, n, _ in asked if knows is not None),
        known=sum(n for _, n, _ in known),
        asked_value=sum((worth or ZERO for *_, worth in asked), ZERO),
        by_rule=sum(row[4] for row in rows if row[2]),
        by_somebody=sum(row[4] for row in rows if row[1]),
        known_value=sum((worth or ZERO for *_, worth in known), ZERO),
    )
