"""What is likely to come up on a deal: how often each theme was heard on deals like it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Sum, Value, When

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
    whole = others.aggregate(n=Count("pk"), like=Count("pk", filter=_any(same, "")), **_sums(same, ""))
    if not whole["like"]:
        return []
    heard = pairs(_placed().filter(objection__opportunity__in=others.order_by().values("pk")))
    up = "objection__opportunity__"
    rows = heard.values("theme").annotate(n=Count("pk"), like=Count("pk", filter=_any(same, up)), **_sums(same, up))
    found = [_likely(row, whole, same) for row in rows if row["like"]]
    return sorted(found, key=lambda likely: (-likely.score, likely.theme))


def _likely(row: dict, whole: dict, same: dict) -> Likely:
    by_name = {name: row[_key(name)] for name in same}
    share, weight = row["n"] / whole["n"], sum(by_name.values())
    score = (weight + PRIOR * share) / (sum(whole[_key(name)] for name in same) + PRIOR)
    often = sorted((name for name in same if by_name[name] * 2 >= row["like"]), key=lambda name: -by_name[name])
    return Likely(row["theme"], score, row["like"], whole["like"], often[:2])


def _shared(opportunity: Opportunity) -> dict[str, dict]:
    """What a deal has that another may share, by how it is called: a filter on deals of one column and its values.

    Each is a list of constants or a subquery that stands on its own, which a database works out once for all deals.
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


def _condition(choices: list[tuple], up: str) -> Q:
    """Shares one of them; `up` leads from the row to its deal."""
    met = Q()
    for lookup, value in choices:
        met |= Q(**{up + lookup: value})
    return met


def _any(same: dict, up: str) -> Q:
    met = Q()
    for choices in same.values():
        met |= _condition(choices, up)
    return met


def _sums(same: dict, up: str) -> dict[str, Sum]:
    """On how many deals each thing is shared."""
    return {
        _key(name): Sum(
            Case(When(_condition(choices, up), then=Value(1)), default=Value(0), output_field=IntegerField()), default=0
        )
        for name, choices in same.items()
    }


def _key(name: str) -> str:
    return f"same_{name.replace(' ', '_')}"
