from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render

from feedback.actions import teams as actions
from feedback.forms.members import TeamForm
from feedback.models import Team
from feedback.permissions import can_administer, can_read_settings, require
from feedback.toasts import toast


def team_list(request):
    require(can_read_settings(request.user))
    teams = Team.objects.select_related("manager").annotate(
        active=Count("members", filter=Q(members__is_active=True)), all=Count("members")
    )
    context = {"teams": teams, "can_administer": can_administer(request.user)}
    return render(request, "feedback/teams/list.html", context)


def team_create(request):
    return _team_form(request, Team())


def team_edit(request, pk):
    require(can_administer(request.user))
    return _team_form(request, get_object_or_404(Team, pk=pk))


def team_delete(request, pk):
    require(can_administer(request.user))
    team = get_object_or_404(Team, pk=pk)
    error = ""
    if request.method == "POST":
        try:
            actions.delete_team(team=team, by=request.user)
            toast(request, f"{team.name} is gone.")
            return redirect("feedback:team_list")
        except actions.TeamRefused as refused:
            error = str(refused)
    context = {"team": team, "error": error}
    return render(request, "feedback/teams/delete.html", context, status=422 if error else 200)


def _team_form(request, team):
    require(can_administer(request.user))
    form = TeamForm(request.POST or None, instance=team)
    if request.method == "POST" and form.is_valid():
        saved = actions.save_team(
            team=form.save(commit=False), joining=form.joining, leaving=form.leaving, by=request.user
        )
        toast(request, f"{saved} saved.")
        return redirect("feedback:team_list")
    context = {"form": form, "team": team if team.pk else None}
    return render(request, "feedback/teams/form.html", context, status=422 if form.is_bound else 200)
