from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from feedback.exports import download
from feedback.figures import oldest
from feedback.lists import back_to, bar_of, opens_with_default
from feedback.paging import page_of
from feedback.permissions import require
from feedback.toasts import toast
from objections import impact_page, overview, theme_page
from objections.actions import themes as actions
from objections.actions.moving import NameTaken
from objections.exports import THEMES, objections_for
from objections.filters.themes import ThemeFilter
from objections.forms.themes import ThemeForm
from objections.metrics import guessed
from objections.models import Build, Collateral, Objection, Proposal, Theme
from objections.permissions import can_curate
from objections.triage_history import standing_in_triage

PER_PAGE = 50
QUOTES = 10


@vary_on_headers("HX-Request")
@opens_with_default("themes")
def theme_list(request):
    filterset, sort = _filtered(request)
    today = timezone.localdate()
    year = overview.year(today)
    rows = overview.theme_rows(filterset.qs, year.value, sort=sort)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = overview.completed(page.object_list, request.user)
    context = {"filter": filterset, "page": page, "sort": sort, "sort_words": overview.SORTS[sort]}
    context["bar"] = bar_of(request, "themes")
    if request.htmx:
        return render(request, "objections/themes/_table.html", context)
    headline = overview.headline(today, year.value.lost)
    context |= {
        "headline": headline.value,
        "as_of": oldest(year, headline),
        "unthemed": Objection.objects.in_pile().count(),
        "can_curate": can_curate(request.user),
        "own": guessed(request.user) if can_curate(request.user) else None,
        "everybodys": guessed(),
        "proposals": Proposal.objects.open().count(),
        "build": Build.objects.unfinished().first(),
    }
    return render(request, "objections/themes/list.html", context)


def theme_export(request):
    filterset, sort = _filtered(request)
    if filterset.problems:
        return back_to(request, "objections:theme_list")
    rows = overview.theme_rows(filterset.qs, overview.year(timezone.localdate()).value, sort=sort)
    return download("themes", THEMES, overview.completed(rows, request.user))


def _filtered(request):
    """(filter, key of the order)"""
    filterset = ThemeFilter(request.GET, queryset=Theme.objects.visible_to(request.user), request=request)
    return filterset, request.GET.get("sort") if request.GET.get("sort") in overview.SORTS else "value"


def theme_quotes_export(request, pk):
    theme = get_object_or_404(Theme.objects.visible_to(request.user), pk=pk)
    voices = Objection.objects.visible_to(request.user).live().in_theme(theme).exclude(text="").with_rows()
    return download("quotes", objections_for(request.user), voices.select_related("product", "author__team"))


def theme_detail(request, pk):
    themes = Theme.objects.visible_to(request.user).select_related("category", "made_by")
    theme = get_object_or_404(themes.prefetch_related("answers__approved_by", *standing_in_triage()), pk=pk)
    curates = can_curate(request.user)
    voices = Objection.objects.visible_to(request.user).live().in_theme(theme).select_related("opportunity__account")
    today = timezone.localdate()
    year = overview.year(today)
    context = {
        "theme": theme,
        "figures": theme_page.figures(theme, year.value, today),
        "as_of": year.at,
        "breakdowns": theme_page.breakdowns(theme),
        "steps": theme_page.loop(theme),
        "impact": impact_page.shown(theme, today),
        "history": theme_page.history_entries(theme, may_undo=curates),
        "page": page_of(voices.exclude(text=""), request.GET.get("page"), QUOTES),
        "same": voices.filter(text="").count(),
        "requests": theme.requests.visible_to(request.user).select_related("owner"),
        "pieces": Collateral.objects.visible_to(request.user).filter(themes=theme).prefetch_related("publications"),
        "merge": theme.merges.filter(undone_at=None).select_related("into").first(),
        "can_curate": curates,
        "presumed": theme_page.presumed(theme) if curates and theme.is_active else {},
    }
    return render(request, "objections/themes/detail.html", context)


def theme_create(request):
    require(can_curate(request.user))
    form = ThemeForm(request.POST or None)
    theme = _saved(form, actions.make_theme, request.user)
    if theme:
        toast(request, "Theme made. Place objections in it, and new ones like them will follow.")
        return redirect(theme)
    return render(request, "objections/themes/form.html", {"form": form}, status=422 if form.is_bound else 200)


def theme_edit(request, pk):
    theme = get_object_or_404(Theme.objects.visible_to(request.user).active(), pk=pk)
    require(can_curate(request.user))
    form = ThemeForm(request.POST or None, instance=theme)
    if _saved(form, actions.change_theme, request.user):
        toast(request, "Theme saved.")
        return redirect(theme)
    context = {"form": form, "theme": Theme.objects.get(pk=pk)}
    return render(request, "objections/themes/form.html", context, status=422 if form.is_bound else 200)


def _saved(form, action, by):
    """The theme a valid form gives; None with a word on the form when another took its name a moment ago."""
    try:
        return action(theme=form.save(commit=False), by=by) if form.is_bound and form.is_valid() else None
    except NameTaken as why:
        form.add_error("name", str(why))
        return None


@require_POST
def theme_retire(request, pk):
    theme = get_object_or_404(Theme.objects.visible_to(request.user), pk=pk)
    require(can_curate(request.user))
    actions.retire_theme(theme=theme, by=request.user)
    toast(request, "Retired. Its objections stay with it.", undo=reverse("objections:theme_restore", args=[pk]))
    return redirect(theme)


@require_POST
def theme_restore(request, pk):
    theme = get_object_or_404(Theme.objects.visible_to(request.user), pk=pk)
    require(can_curate(request.user))
    actions.restore_theme(theme=theme, by=request.user)
    toast(request, "The theme is in use again.")
    return redirect(theme)
