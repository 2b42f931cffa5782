from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from feedback.exports import download
from feedback.figures import oldest
from feedback.lists import back_to, bar_of, opens_with_default
from feedback.permissions import require
from feedback.toasts import toast
from objections import overview, triage_page
from objections.actions import pins
from objections.actions.placements import ThemeGone
from objections.exports import TRIAGE
from objections.filters.triage import SORTS, TriageFilter
from objections.forms.triage import PinForm, RoutingForm
from objections.metrics import final_stage_top_four
from objections.models import Pin, Theme
from objections.permissions import can_curate
from objections.views.content import back

PER_PAGE = 25


@vary_on_headers("HX-Request")
@opens_with_default("triage")
def theme_triage(request):
    filterset, found, rows = _asked_for(request)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = triage_page.completed(page.object_list, request.user)
    context = {
        "filter": filterset,
        "bar": bar_of(request, "triage"),
        "triage": found,
        "page": page,
        "sort_words": SORTS[filterset.order],
        "can_curate": can_curate(request.user),
        "teams": RoutingForm.base_fields["to"].choices,
        "here": request.get_full_path(),
    }
    if request.htmx:
        return render(request, "objections/triage/_rows.html", context)
    today = timezone.localdate()
    unanswered = overview.unanswered(today)
    context |= {
        "unanswered": unanswered.value,
        "as_of": oldest(found, unanswered),
        "top_four": {"heard": final_stage_top_four(today)},
    }
    return render(request, "objections/triage/list.html", context)


def theme_triage_export(request):
    filterset, _, rows = _asked_for(request)
    if filterset.problems:
        return back_to(request, "objections:theme_triage")
    return download("triage", TRIAGE, rows)


def _asked_for(request):
    """(filter, all that want work, those asked for in the order asked for)"""
    filterset = TriageFilter(request.GET, queryset=Theme.objects.visible_to(request.user), request=request)
    found = triage_page.triage(timezone.localdate())
    return filterset, found, triage_page.chosen(found, filterset)


def pin_create(request, pk):
    theme = get_object_or_404(Theme.objects.visible_to(request.user).active(), pk=pk)
    require(can_curate(request.user))
    url = back(request, reverse("objections:theme_triage"))
    form = PinForm(request.POST or None)
    if form.is_bound and form.is_valid() and (pin := _pinned(form, theme, request.user)):
        toast(request, f"“{theme}” stands first.", undo=reverse("objections:pin_undo", args=[pin.pk]))
        return redirect(url)
    context = {"form": form, "theme": theme, "title": "Pin to the top", "button": "Pin it", "back": url}
    return render(request, "objections/triage/form.html", context, status=422 if form.is_bound else 200)


def _pinned(form, theme, by):
    """The pin a valid form makes, also when it is sent twice; else None with a word on the form: the theme is gone, or
    somebody pinned it meanwhile.
    """
    try:
        pin = pins.pin_theme(theme=theme, by=by, **form.cleaned_data)
    except ThemeGone as why:
        form.add_error(None, str(why))
        return None
    if (pin.by, pin.reason) != (by, form.cleaned_data["reason"]):
        form.add_error(None, f"“{theme}” is pinned already: {pin.reason}")
        return None
    return pin


@require_POST
def pin_undo(request, pk):
    pin = get_object_or_404(Pin.objects.select_related("theme"), pk=pk)
    require(can_curate(request.user))
    pins.undo_pin(pin=pin, by=request.user)
    toast(request, f"“{pin.theme}” stands where its score puts it.", undo=reverse("objections:pin_restore", args=[pk]))
    return redirect(back(request, reverse("objections:theme_triage")))


@require_POST
def pin_restore(request, pk):
    pin = get_object_or_404(Pin.objects.select_related("theme"), pk=pk)
    require(can_curate(request.user))
    try:
        again = pins.restore_pin(pin=pin, by=request.user)
    except ThemeGone as why:
        toast(request, str(why))
    else:
        if (again.by, again.reason) == (request.user, pin.reason):
            undo = reverse("objections:pin_undo", args=[again.pk])
            toast(request, f"“{pin.theme}” stands first again.", undo=undo)
        else:
            toast(request, f"“{pin.theme}” is pinned already: {again.reason}")
    return redirect("objections:theme_triage")
