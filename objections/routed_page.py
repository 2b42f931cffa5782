"""Not ours to paper over: the themes that other teams can do something about, by team."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F

from feedback.metrics import Money, last_year
from feedback.models import Opportunity, User
from objections.metrics import AnswerState, value_by_team
from objections.models import ContentRequest, Move, Routing, RoutingNote, Theme
from objections.models.content import RequestState, RoutedTo
from objections.models.themes import Owner
from objections.overview import Year
from objections.triage_page import standings


@dataclass(frozen=True)
class RoutedTheme:
    """A theme of another team: since when and why, where somebody said so, and what came of it last.

    `request` is the request that was routed to the team without a routing of the theme.
    """

    theme: Theme
    team: str
    lost: Money
    open: Money
    answer: AnswerState
    since: datetime
    by: User | None = None
    why: str = ""
    routing: Routing | None = None
    note: RoutingNote | None = None
    request: ContentRequest | None = None


@dataclass(frozen=True)
class TeamPart:
    """What a team has, dearest theme first. Its sums count each deal once, however many of its themes it raised."""

    label: str
    lost: Money
    open: Money
    themes: list[RoutedTheme]


def routed_by_team(year: Year, today: date) -> list[TeamPart]:
    """The teams that have themes, the one with most lost value first. Ten queries, whatever there is."""
    themes = {theme.pk: theme for theme in Theme.objects.active().heard().select_related("category")}
    states, standing = standings(themes.values())
    away = [pk for pk in themes if standing[pk] == "routed"]
    teams = {pk: themes[pk].owner for pk in away if themes[pk].owner != Owner.MARKETING}
    moves = {pk: move for pk, move in _routed_requests(away).items() if teams.get(pk, move.routed_to) == move.routed_to}
    teams |= {pk: move.routed_to for pk, move in moves.items()}
    routings = {row.theme_id: row for row in _routings(teams)}
    given = _given_on([pk for pk in teams if pk not in routings and pk not in moves])
    rows = [
        RoutedTheme(
            theme=themes[pk],
            team=team,
            lost=year.lost.get(pk, Money()),
            open=year.open.get(pk, Money()),
            answer=states[pk],
            **_deed(routings.get(pk), moves.get(pk), given.get(pk, themes[pk].made_at)),
        )
        for pk, team in teams.items()
    ]
    lost = value_by_team(teams, Opportunity.objects.lost().closed_between(last_year(today)))
    opened = value_by_team(teams, Opportunity.objects.open())
    parts = [
        TeamPart(
            label=RoutedTo(team).label,
            lost=lost.get(team, Money()),
            open=opened.get(team, Money()),
            themes=sorted((row for row in rows if row.team == team), key=_dearest_first),
        )
        for team in RoutedTo.values
        if team in teams.values()
    ]
    return sorted(parts, key=lambda part: (-part.lost.total, -part.open.total, part.label))


def _routings(themes: Iterable[int]):
    return Routing.objects.live().filter(theme__in=themes).select_related("by").prefetch_related("notes__by")


def _routed_requests(themes: list[int]) -> dict[int, Move]:
    """By theme the last move that routed a request of it which is still routed."""
    moves = Move.objects.filter(to_state=RequestState.ROUTED, request__state=RequestState.ROUTED)
    moves = moves.filter(request__themes__in=themes).annotate(about=F("request__themes"))
    return {move.about: move for move in moves.order_by("at", "pk").select_related("by", "request")}


def _deed(routing: Routing | None, move: Move | None, given: datetime) -> dict:
    if routing:
        note = next(iter(routing.notes.all()), None)
        return {"since": routing.at, "by": routing.by, "why": routing.why, "routing": routing, "note": note}
    if move:
        return {"since": move.at, "by": move.by, "why": move.why, "request": move.request}
    return {"since": given}


def _given_on(themes: list[int]) -> dict[int, datetime]:
    """When each theme came to the team it has now, by its history: for what was given away without a routing."""
    since, owner = {}, {}
    rows = Theme.history.filter(id__in=themes).order_by("history_date", "history_id")
    for pk, given_to, at in rows.values_list("id", "owner", "history_date"):
        if owner.get(pk) != given_to:
            since[pk], owner[pk] = at, given_to
    return since


def _dearest_first(row: RoutedTheme):
    return -row.lost.total, -row.open.total, row.theme.name.casefold(), row.theme.pk
