from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from feedback.becoming import origins_of, promise_asked, words_for_all
from feedback.metrics import number_of
from feedback.permissions import require
from feedback.toasts import toast
from objections import overview
from objections.actions import routings as actions
from objections.actions.placements import ThemeGone
from objections.becoming import ROUTING
from objections.forms.triage import RoutingForm, RoutingNoteForm, ThemeRoutingForm
from objections.models import Routing, Theme
from objections.models.themes import Owner
from objections.permissions import can_curate
from objections.routed_page import routed_by_team
from objections.views.content import back


def theme_routed(request):
    today = timezone.localdate()
    year = overview.year(today)
    teams = routed_by_team(year.value, today)
    _tell_origins(teams, request.user)
    context = {
        "teams": teams,
        "as_of": year.at,
        "can_curate": can_curate(request.user),
        "here": request.get_full_path(),
    }
    return render(request, "objections/triage/routed.html", context)


def _tell_origins(teams, user):
    """From which actions and decisions of meetings each routing came."""
    routings = [row.routing for team in teams for row in team.themes if row.routing]
    origins = origins_of(ROUTING, [routing.pk for routing in routings], user)
    for routing in routings:
        routing.origins = origins.get(routing.pk, [])


def routing_create(request, pk):
    theme = get_object_or_404(Theme.objects.visible_to(request.user).active(), pk=pk)
    require(can_curate(request.user))
    url = back(request, reverse("objections:theme_triage"))
    form = RoutingForm(request.POST or None)
    if form.is_bound and form.is_valid() and (routing := _routed(form, theme, request.user)):
        _tell_of(request, routing)
        return redirect(url)
    context = {"form": form, "theme": theme, "title": "Route to a team", "button": "Route it", "back": url}
    return render(request, "objections/triage/form.html", context, status=422 if form.is_bound else 200)


def routing_start(request):
    """Routes a theme that is still to be chosen: what an action or a decision of a meeting asks for."""
    require(can_curate(request.user))
    promise = promise_asked(request)
    initial = {"why": words_for_all(promise)[:500]} if promise else {}
    form = ThemeRoutingForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        theme = form.cleaned_data.pop("theme")
        if routing := _routed(form, theme, request.user, promise):
            _tell_of(request, routing)
            return redirect(back(request, theme))
    context = {"form": form, "promise": promise, "next": back(request, "")}
    return render(request, "objections/triage/start.html", context, status=422 if form.is_bound else 200)


def _routed(form, theme, by, promise=None):
    """The routing a valid form makes, also when it is sent twice; else None with a word on the form: the theme is gone,
    or the team's already for what somebody else said.
    """
    try:
        routing = actions.route_theme(theme=theme, by=by, promise=promise, **form.cleaned_data)
    except ThemeGone as why:
        form.add_error(None, str(why))
        return None
    if promise is None and (routing.by, routing.why) != (by, form.cleaned_data["why"]):
        form.add_error(None, f"“{theme}” is {_team(routing)}'s already: {routing.why}")
        return None
    return routing


def _tell_of(request, routing):
    """That it was made, with a way back."""
    along = routing.moves.count()
    requests = f" {number_of(along, 'request')} went along." if along else ""
    undo = reverse("objections:routing_undo", args=[routing.pk])
    toast(request, f"“{routing.theme}” is {_team(routing)}'s now.{requests}", undo=undo)


@require_POST
def routing_undo(request, pk):
    routing = get_object_or_404(Routing.objects.select_related("theme"), pk=pk)
    require(can_curate(request.user))
    theme = routing.theme
    try:
        returned = actions.undo_routing(routing=routing, by=request.user)
    except ThemeGone as why:
        toast(request, str(why))
    else:
        if returned is None:
            toast(request, f"“{theme}” went on from {_team(routing)} meanwhile, so nothing was undone.")
        else:
            toast(request, f"“{theme}” is {routing.get_from_owner_display().lower()}'s again.{_came_back(returned)}")
    return redirect(back(request, reverse("objections:theme_triage")))


@require_POST
def routing_restore(request, pk):
    routing = get_object_or_404(Routing.objects.select_related("theme"), pk=pk)
    require(can_curate(request.user))
    try:
        again = actions.restore_routing(routing=routing, by=request.user)
    except ThemeGone as why:
        toast(request, str(why))
    else:
        if again:
            _tell_of(request, again)
        else:
            toast(request, f"“{routing.theme}” was routed anew meanwhile, so nothing was undone.")
    return redirect(back(request, reverse("objections:theme_routed")))


@require_POST
def theme_take_back(request, pk):
    theme = get_object_or_404(Theme.objects.visible_to(request.user).active(), pk=pk)
    require(can_curate(request.user))
    try:
        returned, ended = actions.take_back_theme(theme=theme, by=request.user)
    except ThemeGone as why:
        toast(request, str(why))
    else:
        again = "already" if theme.owner == Owner.MARKETING and not ended else "again"
        undo = reverse("objections:routing_restore", args=[ended.pk]) if ended else ""
        toast(request, f"“{theme}” is marketing's {again}.{_came_back(returned)}", undo=undo)
    return redirect(back(request, theme.get_absolute_url()))


def _came_back(requests):
    return f" {number_of(len(requests), 'request')} came back to the queue." if requests else ""


def _team(routing):
    return routing.get_to_display().lower()


def routing_note_create(request, pk):
    routing = get_object_or_404(Routing.objects.live().select_related("theme"), pk=pk)
    require(can_curate(request.user))
    form = RoutingNoteForm(request.POST or None)
    if form.is_bound and form.is_valid():
        actions.note_on_routing(routing=routing, by=request.user, **form.cleaned_data)
        toast(request, "Kept with the theme.")
        return redirect("objections:theme_routed")
    context = {"form": form, "theme": routing.theme, "title": "What came of it", "button": "Keep it"}
    context |= {"back": reverse("objections:theme_routed"), "earlier": routing.notes.select_related("by")}
    return render(request, "objections/triage/form.html", context, status=422 if form.is_bound else 200)
