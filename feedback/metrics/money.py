from dataclasses import dataclass, fields
from decimal import Decimal

from django.db.models import CharField, Count, F, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from feedback.models import Company, Opportunity

ZERO = Decimal(0)


@dataclass(frozen=True)
class Money:
    """What distinct deals are worth, in the company's currency.

    `total` sums the amount, else the estimate, of the `n` deals that have either; `estimated` is the part of the total
    that is estimates, from `estimated_n` deals. `unknown_n` deals have neither, `elsewhere_n` are in another currency:
    both are left out of the sum.
    """

    total: Decimal = ZERO
    n: int = 0
    estimated: Decimal = ZERO
    estimated_n: int = 0
    unknown_n: int = 0
    elsewhere_n: int = 0

    @classmethod
    def of(cls, row: dict) -> "Money":
        """From a row that has the annotations of `sums()`."""
        return cls(
            total=row["money_total"] or ZERO,
            n=row["money_n"],
            estimated=row["money_estimated"] or ZERO,
            estimated_n=row["money_estimated_n"],
            unknown_n=row["money_unknown_n"],
            elsewhere_n=row["money_elsewhere_n"],
        )

    def __add__(self, other: "Money") -> "Money":
        """Of two sets of deals that share none."""
        return Money(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Money)))

    @property
    def deals(self) -> int:
        """All deals, summed or not."""
        return self.n + self.unknown_n + self.elsewhere_n

    @property
    def estimated_share(self) -> float | None:
        """0 to 1 of the total, or None of nothing."""
        return float(self.estimated / self.total) if self.total else None

    @property
    def remarks(self) -> str:
        """What a reader of the sum must know, or nothing: `12 % estimated, 3 without an amount`."""
        said = []
        if self.estimated_n:
            share = f"{self.estimated_share * 100:.0f}\u00a0%" if self.total else f"{self.estimated_n}"
            said.append(f"{share} estimated")
        if self.unknown_n:
            said.append(f"{self.unknown_n:,} without an amount")
        if self.elsewhere_n:
            said.append(f"{self.elsewhere_n:,} in another currency left out")
        return ", ".join(said)


def our_currency():
    """The company's currency as an expression, so that no figure costs a query of its own for it."""
    code = Subquery(Company.objects.filter(pk=1).values("currency")[:1], output_field=CharField())
    return Coalesce(code, Value(Company._meta.get_field("currency").default))


def distinct_deals(opportunities: QuerySet) -> QuerySet:
    """The same deals, each once, whatever joins the queryset has."""
    query = opportunities.query
    joins = [table for name, table in query.alias_map.items() if table.join_type and query.alias_refcount[name]]
    if not (joins or query.combinator or query.distinct or query.is_sliced or query.annotations):
        return opportunities.order_by()  # rows of the one table, each once as they are
    return Opportunity.objects.filter(pk__in=opportunities.order_by().values("pk")).order_by()


def sums(path: str = "") -> dict:
    """The aggregates `Money.of` reads; `path` leads to the deal. Rows aggregated must be distinct deals."""
    amount, estimate = f"{path}amount", f"{path}amount_estimate"
    ours = Q(**{f"{path}currency": our_currency()})
    known, guessed = Q(**{f"{amount}__isnull": False}), Q(**{f"{estimate}__isnull": False})
    value = Coalesce(F(amount), F(estimate))
    return {
        "money_total": Sum(value, filter=ours),
        "money_n": Count(value, filter=ours),
        "money_estimated": Sum(F(estimate), filter=ours & ~known),
        "money_estimated_n": Count(F(estimate), filter=ours & ~known & guessed),
        "money_unknown_n": Count(f"{path}pk", filter=ours & ~known & ~guessed),
        "money_elsewhere_n": Count(f"{path}pk", filter=~ours),
    }


def money_of(opportunities: QuerySet) -> Money:
    """What these deals are worth; each counts once, however often a join repeats it. One query."""
    return Money.of(distinct_deals(opportunities).aggregate(**sums()))
