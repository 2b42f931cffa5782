from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from feedback.metrics.money import distinct_deals, our_currency
from feedback.metrics.shares import Share
from feedback.models import Opportunity, Review
from feedback.models.reasons import Reason


@dataclass(frozen=True)
class Coverage:
    """How much we know of why deals were lost.

    `lost` deals in all; of `asked` a review is asked for, `reviewed` have one, `known` a reason other than unknown.
    Values sum amount, else estimate, of the asked deals in the company's currency.
    """

    lost: int
    asked: int
    reviewed: int
    known: int
    asked_value: Decimal
    known_value: Decimal

    @property
    def owed(self) -> int:
        return self.asked - self.reviewed

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

    A review that says "unknown" counts as reviewed, not as known. One query.
    """
    reviews = Review.objects.live().submitted().filter(opportunity=OuterRef("pk"), kind="loss")
    known = reviews.filter(reason__isnull=False).exclude(reason__code=Reason.UNKNOWN)
    ours, value = Q(currency=our_currency()), Coalesce("amount", "amount_estimate")
    asked, is_known = Q(is_asked=True), Q(is_asked=True, is_known=True)
    row = (
        distinct_deals(opportunities.lost())
        .annotate(
            is_asked=Exists(Opportunity.objects.counted_for_reviews().filter(pk=OuterRef("pk"))),
            is_reviewed=Exists(reviews),
            is_known=Exists(known),
            worth=value,
        )
        .aggregate(
            lost=Count("pk"),
            asked=Count("pk", filter=asked),
            reviewed=Count("pk", filter=asked & Q(is_reviewed=True)),
            known=Count("pk", filter=is_known),
            asked_value=Sum(F("worth"), filter=asked & ours),
            known_value=Sum(F("worth"), filter=is_known & ours),
        )
    )
    return Coverage(**{**row, "asked_value": row["asked_value"] or 0, "known_value": row["known_value"] or 0})
