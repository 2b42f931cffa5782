from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from feedback.metrics import Money, Period, last_year, money_of, sums
from feedback.models import Opportunity
from objections.metrics.pairs import Themes, counted_in, pairs
from objections.models import Theme


@dataclass(frozen=True)
class UnansweredValue:
    """Lost value on themes without published collateral: in all, each deal once, and by theme id, largest first."""

    money: Money
    by_theme: dict[int, Money]


def lost_value_by_theme(themes: Themes, period: Period) -> dict[int, Money]:
    """What was lost in the period on deals where the theme was heard, before or after they closed. One query."""
    return _value_by_theme(themes, Opportunity.objects.lost().closed_between(period))


def open_value_by_theme(themes: Themes) -> dict[int, Money]:
    """What is still open on deals where the theme was heard. One query."""
    return _value_by_theme(themes, Opportunity.objects.open())


def unanswered_lost_value(today: date) -> UnansweredValue:
    """Definition "unanswered lost value": deals lost in the last 12 months with at least one objection in a theme that
    has no published collateral; each deal once, however many themes. Two queries.
    """
    unanswered = Theme.objects.active().unanswered()
    return UnansweredValue(unanswered_money(today), lost_value_by_theme(unanswered, last_year(today)))


def unanswered_money(today: date) -> Money:
    """The same in all, without its themes. One query."""
    heard_on = counted_in(Theme.objects.active().unanswered()).values("objection__opportunity")
    return money_of(Opportunity.objects.lost().closed_between(last_year(today)).filter(pk__in=heard_on))


def _value_by_theme(themes: Themes, deals: QuerySet) -> dict[int, Money]:
    """Largest first; themes without such a deal are left out."""
    met = pairs(counted_in(themes).filter(objection__opportunity__in=deals.order_by()))
    rows = met.values("theme").annotate(**sums("objection__opportunity__"))
    found = {row["theme"]: Money.of(row) for row in rows}
    return dict(sorted(found.items(), key=lambda item: (-item[1].total, -item[1].deals, item[0])))
