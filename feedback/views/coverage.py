"""How much is known of why deals were lost: by team for those who lead, by person for managers, one's own for reps."""

from dataclasses import dataclass

from django.http import QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from feedback.filters import CoverageFilter
from feedback.metrics import Coverage, coverage_by, last_days
from feedback.models import Opportunity, Team, User
from feedback.permissions import can_read_coverage, can_read_coverage_of_teams, require
from feedback.views.reviews import review_tabs

DAYS = 90  # where nobody asked for another period


@dataclass(frozen=True)
class Row:
    """What is known of one team or person, and the address of the lost deals it stands on; blank where none is."""

    name: str
    coverage: Coverage
    url: str


def review_coverage(request):
    require(can_read_coverage(request.user))
    filterset = CoverageFilter(request.GET, queryset=Opportunity.objects.visible_to(request.user))
    closed_from, closed_to = last_days(timezone.localdate(), DAYS)
    deals, days = filterset.qs, filterset.days
    if not days and not filterset.problems and "all" not in request.GET:
        deals = deals.closed_between((closed_from, closed_to))
        days = {"closed_from": closed_from, "closed_to": closed_to}
    context = {"filter": filterset, "groups": _groups(request.user, deals, days), "days": days}
    return render(request, "feedback/reviews/coverage.html", context | review_tabs(request.user))


def _groups(user, deals, days):
    """(title, what a row is, rows) as this person may read them, each in the order of names."""
    groups = []
    if can_read_coverage_of_teams(user):
        groups.append(("By team", "Team", _rows(coverage_by(deals, "owner__team"), Team.objects.all(), "team", days)))
    managed = list(Team.objects.managed_by(user))
    for team in managed:
        people = User.objects.filter(team=team)
        found = coverage_by(deals.filter(owner__team=team), "owner")
        groups.append((f"{team}, by person", "Deals of", _rows(found, people, "owner", days)))
    if not can_read_coverage_of_teams(user) and user.team not in managed:
        found = coverage_by(deals.filter(owner=user), "owner")
        own = ("Your deals", "Deals of", _rows(found, User.objects.filter(pk=user.pk), "owner", days))
        groups += [own] if own[2] or not managed else []
    return groups


def _rows(found, named, parameter, days):
    rows = [Row(str(each), found[each.pk], _deals_url(days, parameter, each.pk)) for each in named if each.pk in found]
    rows.sort(key=lambda row: row.name.casefold())
    return [*rows, Row("No team", found[None], "")] if None in found else rows


def _deals_url(days, parameter, pk):
    query = QueryDict(mutable=True)
    query.update({"outcome": "lost", parameter: pk, **days})
    return f"{reverse('feedback:opportunity_list')}?{query.urlencode()}"
