from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from feedback.metrics.codes import DestinationCodes, ReasonCodes
from feedback.metrics.money import Money, distinct_deals, sums
from feedback.models import Reason, Review

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Went:
    """One destination of lost deals: what went there, and how many deals of that each reason has, by code."""

    code: str
    label: str
    money: Money
    reasons: dict[str, int]


@dataclass(frozen=True)
class Destinations:
    """Where the money went, most value first, the unknown last; `reasons` are code → name, most deals first."""

    went: tuple[Went, ...]
    reasons: dict[str, str]
    unreviewed: Money

    @property
    def reviewed(self) -> int:
        return sum(each.money.deals for each in self.went)


def value_by_destination(opportunities: QuerySet) -> Destinations:
    """Definition "destination": lost deals by destination and primary reason of the submitted review, each
    once. Rows of all taxonomy versions are reported under those in force. Three queries.
    """
    reasons, places = ReasonCodes.in_force(), DestinationCodes.in_force()
    review = Review.objects.live().submitted().filter(opportunity=OuterRef("pk"), kind="loss").order_by()
    said = {
        name: Subquery(review.values(column)[:1])
        for name, column in (("place", "destination__code"), ("why", "reason__code"), ("second", "detail__code"))
    }
    deals = distinct_deals(opportunities.lost()).annotate(has_review=Exists(review), **said)
    money, counts, unreviewed = defaultdict(Money), defaultdict(Counter), Money()
    for row in deals.values("has_review", *said).annotate(**sums()):
        found = Money.of(row)
        if not row["has_review"]:
            unreviewed += found
            continue
        place = places.top(row["place"] or UNKNOWN)
        money[place] += found
        counts[place][reasons.reported(row["why"] or Reason.UNKNOWN, row["second"] or "")] += found.deals
    went = [Went(code, places.label(code), each, dict(counts[code])) for code, each in money.items()]
    went.sort(key=lambda each: (each.code == UNKNOWN, -each.money.total, -each.money.deals, each.code))
    return Destinations(tuple(went), _named(sum(counts.values(), Counter()), reasons), unreviewed)


def _named(total: Counter, codes: ReasonCodes) -> dict[str, str]:
    ordered = sorted(total, key=lambda code: (code == Reason.UNKNOWN, -total[code], code))
    return {code: codes.label(code) for code in ordered}
