"""How much is known of why deals were lost: by team for those who lead, by person for managers, one's own for reps."""

import hashlib
from dataclasses import dataclass

from django.http import QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from feedback.figures import kept, oldest
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

    @property
    def owed_url(self) -> str:
        return f"{self.url}&owes_review=true" if self.url else ""


def review_coverage(request):
    require(can_read_coverage(request.user))
    filterset = CoverageFilter(request.GET, queryset=Opportunity.objects.visible_to(request.user))
    closed_from, closed_to = last_days(timezone.localdate(), DAYS)
    deals, days = filterset.qs, filterset.days
    if not days and not filterset.problems and "all" not in request.GET:
        deals = deals.closed_between((closed_from, closed_to))
        days = {"closed_from": closed_from, "closed_to": closed_to}
    groups, as_of = _groups(request.user, deals, days)
    context = {"filter": filterset, "groups": groups, "days": days, "as_of": as_of}
    return render(request, "feedback/reviews/coverage.html", context | review_tabs(request.user))


def _groups(user, deals, days):
    """[(title, what a row is, rows)] as this person may read them, and since when the figures are kept."""
    asked = []
    if can_read_coverage_of_teams(user):
        asked.append(("By team", "Team", deals, Team.objects.all(), "team"))
    managed = list(Team.objects.managed_by(user))
    for team in managed:
        people = User.objects.filter(team=team)
        asked.append((f"{team}, by person", "Deals of", deals.filter(owner__team=team), people, "owner"))
    if not can_read_coverage_of_teams(user) and user.team not in managed:
        asked.append(("Your deals", "Deals of", deals.filter(owner=user), User.objects.filter(pk=user.pk), "owner"))
    figures = [_covered(rows, parameter, title, user, days) for title, _, rows, _, parameter in asked]
    groups = [
        (title, what, _rows(figure.value, named, parameter, days))
        for (title, what, _, named, parameter), figure in zip(asked, figures, strict=True)
    ]
    if managed:
        groups = [group for group in groups if group[2] or group[0] != "Your deals"]
    return groups, oldest(*figures)


def _covered(deals, parameter, title, user, days):
    key = f"coverage-{parameter}-{title}-{'' if parameter == 'team' else user.pk}-{days}"
    column = "owner__team" if parameter == "team" else "owner"
    key = hashlib.sha256(key.encode()).hexdigest()  # a cache takes no key with any letters in it
    return kept(f"coverage-by-{key}", lambda: coverage_by(deals, column), stands_on=_deals_of)


def _deals_of(found):
    return sum(coverage.lost for coverage in found.values())


def _rows(found, named, parameter, days):
    rows = [Row(str(each), found[each.pk], _deals_url(days, parameter, each.pk)) for each in named if each.pk in found]
    rows.sort(key=lambda row: row.name.casefold())
    return [*rows, Row("No team", found[None], "")] if None in found else rows


def _deals_url(days, parameter, pk):
    query = QueryDict(mutable=True)
    query.update({"outcome": "lost", parameter: pk, **days})
    return f"{reverse('feedback:opportunity_list')}?{query.urlencode()}"
