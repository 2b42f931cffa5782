from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When

from feedback.metrics.codes import ReasonCodes
from feedback.metrics.money import Money, distinct_deals, sums
from feedback.metrics.shares import Share
from feedback.models import Review
from feedback.models.reasons import Reason


@dataclass(frozen=True)
class ReasonBar:
    """One reason: what was lost for it, its share of all lost value with a known reason, and the share up to it."""

    code: str
    label: str
    money: Money
    share: float
    cumulative: float


@dataclass(frozen=True)
class ReasonValues:
    """Lost value by primary reason, largest first. Unknown reasons and deals without a review stand apart."""

    bars: tuple[ReasonBar, ...]
    unknown: Money
    unreviewed: Money

    @property
    def known_value(self) -> Decimal:
        return sum((bar.money.total for bar in self.bars), Decimal(0))

    @property
    def known_n(self) -> int:
        return sum(bar.money.deals for bar in self.bars)

    @property
    def finding(self) -> str:
        """The picture's title: the fewest reasons that make at least half of the value."""
        if not self.known_value:
            return "No lost value has a known reason yet"
        names = []
        for bar in self.bars:
            names.append(bar.label if not names else bar.label.lower())
            if bar.cumulative >= 0.5:
                break
        listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        verb = "makes" if len(names) == 1 else "make"
        return f"{listed} {verb} {bar.cumulative * 100:.0f}\u00a0% of the lost value whose reason we know"


def value_by_reason(opportunities: QuerySet) -> ReasonValues:
    """Lost value by the primary reason of the submitted review, each deal once. Reasons of all taxonomy versions are
    reported under the version in force: see `ReasonCodes`. One query for the sums, one for the codes.
    """
    codes = ReasonCodes.in_force()
    review = Review.objects.live().submitted().filter(opportunity=OuterRef("pk"), kind="loss")
    coded = Case(
        When(Q(review_id__isnull=True), then=Value("unreviewed")),
        When(Q(reason_code__isnull=True), then=Value(Reason.UNKNOWN)),
        default=F("reason_code"),
        output_field=CharField(),
    )
    second = Subquery(review.values("detail__code")[:1]) if codes.moved else Value("")
    rows = (
        distinct_deals(opportunities.lost())
        .annotate(review_id=Subquery(review.values("pk")[:1]), reason_code=Subquery(review.values("reason__code")[:1]))
        .annotate(code=coded, second=second)
        .values("code", "second")
        .annotate(**sums())
    )
    found = defaultdict(Money)
    for row in rows:
        found[codes.reported(row["code"], row["second"] or "")] += Money.of(row)
    unreviewed, unknown = found.pop("unreviewed", Money()), found.pop(Reason.UNKNOWN, Money())
    return ReasonValues(_bars(found, codes), unknown=unknown, unreviewed=unreviewed)


def _bars(found: dict[str, Money], codes: ReasonCodes) -> tuple[ReasonBar, ...]:
    total, running, bars = sum(money.total for money in found.values()), Decimal(0), []
    for code, money in sorted(found.items(), key=lambda item: (-item[1].total, -item[1].deals, item[0])):
        running += money.total
        share, cumulative = (float(money.total / total), float(running / total)) if total else (0.0, 0.0)
        bars.append(ReasonBar(code, codes.label(code), money, share, cumulative))
    return tuple(bars)


def other_share(opportunities: QuerySet) -> Share:
    """Submitted loss reviews of these deals that say OTHER, or what it replaced; over 10 % the list of reasons does not
    fit. Two queries.
    """
    deals = distinct_deals(opportunities.lost())
    row = (
        Review.objects.live()
        .submitted()
        .filter(opportunity__in=deals, kind="loss")
        .aggregate(other=Count("pk", filter=ReasonCodes.in_force().said(Reason.OTHER)), all=Count("pk"))
    )
    return Share(row["other"], row["all"])
