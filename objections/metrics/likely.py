"""What is likely to come up on a deal: how often each theme was heard on deals like it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from feedback.metrics import Period, last_months
from feedback.models import Account, Opportunity
from objections.metrics.pairs import pairs
from objections.models import Objection, Placement, Theme

MONTHS = 24
PRIOR = 20  # shared things: ten like deals that share two outweigh what is heard on all deals


@dataclass(frozen=True)
class Likely:
    """A theme heard on `deals` of `of` deals like this one; `shared` are what at least half of those have in common
    with it, at most two; `score` is 0 to 1.
    """

    theme: int
    score: float
    deals: int
    of: int
    shared: Sequence[str] = ()

    def __str__(self):
        """`heard on 12 of 80 deals like this one: same industry and source`."""
        if not self.deals:
            return ""
        most = f": mostly the same {' and '.join(self.shared)}" if self.shared else ""
        return f"heard on {self.deals:,} of {self.of:,} deals like this one{most}"


def likely_themes(opportunity: Opportunity, today: date) -> list[Likely]:
    """Active themes heard on deals like this one, likeliest first. Four queries, however many deals there are.

    Counted are other deals, open or closed in the last 24 months, on which anything was heard that stands in a theme: a
    deal of which nobody wrote anything down says nothing about what was said. A deal is like this one if it shares
    its size band, industry, region, lead source, product, the stage it is in (as one at which something was heard)
    or a competitor named on it, and weighs as many as it shares.

    score = (w(heard) + PRIOR × share) / (w(all) + PRIOR): w sums the weights of the deals like this one, on which the
    theme was heard and in all; share is that of the deals counted, like it or not, on which it was. So few like deals
    say little and many say all: the m-estimate of Cestnik (Estimating probabilities, ECAI 1990).
    """
    same = _shared(opportunity)
    if not same:
        return []
    others = _counted(opportunity, today)
    counted = others.order_by().annotate(shares=_shares(same, ""))
    whole = list(_told(counted.values_list("shares").annotate(n=Count("pk")), same))
    like = sum(n for n, shared in whole if shared)
    if not like:
        return []
    weight, n = sum(n * len(shared) for n, shared in whole), sum(n for n, _ in whole)
    heard = pairs(_placed().filter(objection__opportunity__in=others.order_by().values("pk")))
    heard = heard.annotate(shares=_shares(same, "objection__opportunity__"))
    by_theme = {}
    for theme, shares, many in heard.values_list("theme", "shares").annotate(n=Count("pk")):
        by_theme.setdefault(theme, []).append((shares, many))
    found = [_likely(theme, list(_told(rows, same)), like=like, weight=weight, n=n) for theme, rows in by_theme.items()]
    return sorted((each for each in found if each.deals), key=lambda each: (-each.score, each.theme))


def _likely(theme: int, rows: list[tuple[int, list[str]]], *, like: int, weight: int, n: int) -> Likely:
    """`rows` say on how many deals it was heard that share the same; `like`, `weight` and `n` are of all deals."""
    by_name = Counter()
    for many, shared in rows:
        by_name.update(dict.fromkeys(shared, many))
    deals = sum(many for many, shared in rows if shared)
    score = (by_name.total() + PRIOR * sum(many for many, _ in rows) / n) / (weight + PRIOR)
    often = [name for name, many in by_name.most_common(2) if many * 2 >= deals]
    return Likely(theme, score, deals, like, often)


def _told(rows: Iterable[tuple[int, int]], same: dict) -> Iterator[tuple[int, list[str]]]:
    """(what is shared, as bits; how many) as (how many; the names of what is shared)."""
    for shares, many in rows:
        yield many, [name for bit, name in enumerate(same) if shares >> bit & 1]


def _shared(opportunity: Opportunity) -> dict[str, dict]:
    """What a deal has that another may share, by how it is called: filters on deals, of which one has to be met.

    Each value is a constant or a subquery that stands on its own, which a database works out once for all deals.
    """
    same = {}
    if opportunity.account_id:
        for segment in opportunity.account.segments.all():
            with_it = Account.segments.through.objects.filter(segment=segment.pk).values("account")
            same.setdefault(segment.get_dimension_display().lower(), []).append(("account__in", with_it))
    if opportunity.lead_source:
        same["source"] = [("lead_source", opportunity.lead_source)]
    if opportunity.product_id:
        same["product"] = [("product", opportunity.product_id)]
    heard = Objection.objects.live().exclude(opportunity=None).order_by()
    if opportunity.stage:
        same["stage"] = [("pk__in", heard.filter(stage=opportunity.stage).values("opportunity"))]
    if rivals := _rivals(heard.filter(opportunity=opportunity)):
        same["competitor"] = [("pk__in", heard.filter(competitor__in=rivals).values("opportunity"))]
    return same


def _rivals(heard: QuerySet[Objection]) -> set[int]:
    """Competitors named on a deal, by who logged an objection or in its words."""
    named = heard.values_list("competitor", "mentions__competitor")
    return {pk for pair in named for pk in pair if pk}


def _counted(opportunity: Opportunity, today: date) -> QuerySet[Opportunity]:
    since: Period = (last_months(today, MONTHS + 1)[0], today)
    lately = Opportunity.objects.open() | Opportunity.objects.closed_between(since)
    return lately.exclude(pk=opportunity.pk).filter(pk__in=_placed().values("objection__opportunity"))


def _placed() -> QuerySet[Placement]:
    active = Theme.objects.active().order_by().values("pk")
    return Placement.objects.counted().filter(theme__in=active, objection__opportunity__isnull=False).order_by()


def _shares(same: dict, up: str) -> Combinable:
    """What a deal shares, a bit for each thing in order; `up` leads from the row to its deal.

    So each is asked of a deal once, and the database gives back a row for each combination.
    """
    shares = Value(0)
    for bit, choices in enumerate(same.values()):
        met = Q()
        for lookup, value in choices:
            met |= Q(**{up + lookup: value})
        shares += Case(When(met, then=Value(1 << bit)), default=Value(0), output_field=IntegerField())
    return shares
