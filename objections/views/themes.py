from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from feedback.permissions import require
from feedback.toasts import toast
from objections import overview, theme_page
from objections.actions import themes as actions
from objections.filters.themes import ThemeFilter
from objections.forms.themes import ThemeForm
from objections.models import Build, Collateral, Objection, Proposal, Theme
from objections.permissions import can_curate

PER_PAGE = 50
QUOTES = 10


@vary_on_headers("HX-Request")
def theme_list(request):
    filterset = ThemeFilter(request.GET, queryset=Theme.objects.visible_to(request.user), request=request)
    sort = request.GET.get("sort") if request.GET.get("sort") in overview.SORTS else "value"
    today = timezone.localdate()
    page = Paginator(overview.theme_rows(filterset.qs, today, sort=sort), PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = overview.with_quotes(page.object_list)
    context = {"filter": filterset, "page": page, "sort": sort, "sort_words": overview.SORTS[sort]}
    if request.htmx:
        return render(request, "objections/themes/_table.html", context)
    context |= {
        "headline": overview.headline(today),
        "can_curate": can_curate(request.user),
        "proposals": Proposal.objects.open().count(),
        "build": Build.objects.unfinished().first(),
    }
    return render(request, "objections/themes/list.html", context)


def theme_detail(request, pk):
    themes = Theme.objects.visible_to(request.user).select_related("category", "made_by")
    theme = get_object_or_404(themes.prefetch_related("answers__approved_by"), pk=pk)
    curates = can_curate(request.user)
    voices = Objection.objects.visible_to(request.user).live().in_theme(theme).select_related("opportunity__account")
    context = {
        "theme": theme,
        "figures": theme_page.figures(theme, timezone.localdate()),
        "breakdowns": theme_page.breakdowns(theme),
        "steps": theme_page.loop(theme),
        "history": theme_page.history_entries(theme, may_undo=curates),
        "page": Paginator(voices.exclude(text=""), QUOTES).get_page(request.GET.get("page")),
        "same": voices.filter(text="").count(),
        "requests": theme.requests.visible_to(request.user).select_related("owner"),
        "pieces": Collateral.objects.visible_to(request.user).filter(themes=theme).prefetch_related("publications"),
        "merge": theme.merges.filter(undone_at=None).select_related("into").first(),
        "can_curate": curates,
    }
    return render(request, "objections/themes/detail.html", context)


def theme_create(request):
    require(can_curate(request.user))
    form = ThemeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        theme = actions.make_theme(theme=form.save(commit=False), by=request.user)
        toast(request, "Theme made. Place objections in it, and new ones like them will follow.")
        return redirect(theme)
    return render(request, "objections/themes/form.html", {"form": form}, status=422 if form.is_bound else 200)


def theme_edit(request, pk):
    theme = get_object_or_404(Theme.objects.visible_to(request.user).active(), pk=pk)
    require(can_curate(request.user))
    form = ThemeForm(request.POST or None, instance=theme)
    if request.method == "POST" and form.is_valid():
        actions.change_theme(theme=form.save(commit=False), by=request.user)
        toast(request, "Theme saved.")
        return redirect(theme)
    context = {"form": form, "theme": Theme.objects.get(pk=pk)}
    return render(request, "objections/themes/form.html", context, status=422 if form.is_bound else 200)


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
