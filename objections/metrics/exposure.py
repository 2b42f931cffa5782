from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, CharField, Min, QuerySet, Value, When

from feedback.metrics import Money, Period, last_year, money_of, number_of, sums
from feedback.models import Opportunity
from objections.metrics.pairs import Themes, counted_in, pairs
from objections.models import Placement, Theme


@dataclass(frozen=True)
class UnansweredValue:
    """Lost value on themes without published collateral: in all, each deal once, and by theme id, largest first."""

    money: Money
    by_theme: dict[int, Money]

    @property
    def note(self) -> str:
        if not self.by_theme:
            return "no theme without an answer cost us a deal"
        return f"on {number_of(len(self.by_theme), 'theme')} without published collateral"


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


def value_by_team(teams: Mapping[int, str], deals: QuerySet) -> dict[str, Money]:
    """What the deals are worth on which a theme of each team was heard; `teams` gives the team by theme id. A deal
    counts once for a team, however many of its themes, and once for each team. One query.
    """
    if not teams:
        return {}
    themes = {name: [theme for theme in teams if teams[theme] == name] for name in sorted(set(teams.values()))}
    team = Case(*(When(theme__in=ids, then=Value(name)) for name, ids in themes.items()), output_field=CharField())
    met = counted_in(teams).filter(objection__opportunity__in=deals.order_by()).order_by().annotate(team=team)
    firsts = met.values("team", "objection__opportunity").annotate(first=Min("pk")).values("first")
    rows = Placement.objects.filter(pk__in=firsts).order_by().annotate(team=team).values("team")
    return {row["team"]: Money.of(row) for row in rows.annotate(**sums("objection__opportunity__"))}


def _value_by_theme(themes: Themes, deals: QuerySet) -> dict[int, Money]:
    """Largest first; themes without such a deal are left out."""
    met = pairs(counted_in(themes).filter(objection__opportunity__in=deals.order_by()))
    rows = met.values("theme").annotate(**sums("objection__opportunity__"))
    found = {row["theme"]: Money.of(row) for row in rows}
    return dict(sorted(found.items(), key=lambda item: (-item[1].total, -item[1].deals, item[0])))
