from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from feedback.addresses import is_path_of_ours
from feedback.exports import download
from feedback.forms.fields import is_number
from feedback.paging import page_of
from feedback.permissions import require
from feedback.toasts import toast
from objections.actions import placements as actions
from objections.actions.sortings import sort_objections
from objections.exports import objections_for
from objections.filters.pile import PileFilter
from objections.forms.fields import MOST
from objections.forms.pile import BulkForm
from objections.forms.themes import PlaceForm
from objections.models import Objection, Placement
from objections.permissions import can_curate, can_undo_placement
from objections.theming import suggest_for
from objections.views.pile import tell_sorted

PER_PAGE, PER_LONG_PAGE = 25, MOST


def theme_unthemed(request):
    """The pile as a list, each with its likeliest themes; curators place the chosen ones together."""
    filterset = _filtered(request)
    form = BulkForm(request.POST or None)
    if request.method == "POST":
        require(can_curate(request.user))
        if _placed_together(form, request):
            return redirect(request.get_full_path())
    size = PER_LONG_PAGE if request.GET.get("rows") == str(PER_LONG_PAGE) else PER_PAGE
    page = page_of(filterset.qs.select_related("opportunity__account"), request.GET.get("page"), size)
    rows = list(zip(page.object_list, suggest_for(page.object_list), strict=True))
    context = {"page": page, "rows": rows, "form": form, "filter": filterset, "chosen": _chosen(form)}
    context |= {"can_curate": can_curate(request.user), "here": request.get_full_path(), "most": PER_LONG_PAGE}
    return render(request, "objections/themes/unthemed.html", context, status=422 if form.is_bound else 200)


def theme_unthemed_export(request):
    rows = _filtered(request).qs.with_rows().select_related("product", "author__team")
    return download("unthemed-objections", objections_for(request.user), rows)


def _filtered(request):
    objections = Objection.objects.visible_to(request.user).live().exclude(text="")
    return PileFilter(request.GET, queryset=objections, request=request)


def _placed_together(form, request):
    """Whether a valid form was done, with a word on the form when its theme is gone meanwhile."""
    if not form.is_valid():
        return False
    theme = form.cleaned_data["theme"]
    rows = Objection.objects.visible_to(request.user).exclude(text="").filter(pk__in=form.cleaned_data["objections"])
    guesses = form.cleaned_data["guesses"]
    try:
        found = sort_objections(objections=rows.order_by("pk"), theme=theme, by=request.user, guesses=guesses)
    except actions.ThemeGone as why:
        form.add_error("theme", str(why))
        return False
    tell_sorted(request, found, theme)
    return True


def _chosen(form):
    """Ids of what was checked, to be checked again on a form that was refused."""
    return {int(number) for number in form.data.getlist("objections") if is_number(number)} if form.is_bound else set()


@vary_on_headers("HX-Request")
def objection_place(request, pk):
    objection = get_object_or_404(Objection.objects.visible_to(request.user).live().with_rows(), pk=pk)
    require(can_curate(request.user))
    form = PlaceForm(request.POST or None, initial={"theme": objection.placement and objection.placement.theme_id})
    placement = _placed(form, objection, request.user) if form.is_bound and form.is_valid() else None
    if placement:
        if request.htmx:
            return render(request, "objections/themes/_placed.html", {"placement": placement})
        undo = reverse("objections:placement_undo", args=[placement.pk])
        toast(request, f"Placed in “{placement.theme}”.", undo=undo)
        return redirect(_next(request, objection))
    suggested = suggest_for([objection])[0] if objection.text else []
    context = {"form": form, "objection": objection, "suggested": suggested, "next": request.GET.get("next", "")}
    return render(request, "objections/themes/place.html", context, status=422 if form.is_bound else 200)


@require_POST
def objection_take_out(request, pk):
    objection = get_object_or_404(Objection.objects.visible_to(request.user).live(), pk=pk)
    require(can_curate(request.user))
    ended = actions.take_out(objection=objection, by=request.user)
    if ended:
        undo = reverse("objections:placement_restore", args=[ended.pk])
        toast(request, f"Taken out of “{ended.theme}”.", undo=undo)
    return redirect(_next(request, objection))


@require_POST
def placement_undo(request, pk):
    placement = get_object_or_404(Placement.objects.select_related("objection__author", "replaces__theme"), pk=pk)
    require(can_undo_placement(request.user, placement))
    actions.undo_placement(placement=placement, by=request.user)
    toast(request, "Put back where it was.")
    return redirect(_next(request, placement.objection))


@require_POST
def placement_restore(request, pk):
    placement = get_object_or_404(Placement.objects.select_related("objection", "theme"), pk=pk)
    require(can_curate(request.user))
    actions.undo_take_out(placement=placement)
    toast(request, "Put back where it was.")
    return redirect(_next(request, placement.objection))


def _placed(form, objection, by):
    """The placement a valid form asks for, or None with a word on the form when its theme is gone meanwhile."""
    try:
        guesses = _guesses(objection, form.cleaned_data["guesses"])
        return actions.place_objection(objection=objection, theme=form.cleaned_data["theme"], by=by, guesses=guesses)
    except actions.ThemeGone as why:
        form.add_error("theme", str(why))
        return None


def _guesses(objection, shown):
    """Ids of the machine's likeliest themes: where it put it, then what was suggested. Where a person had put it, it
    only repeats that person.
    """
    live = objection.placement
    if live and live.by_id:
        return []
    return list(dict.fromkeys([live.theme_id, *shown])) if live else shown


def _next(request, otherwise):
    """Where the person came from, if it is a page of ours."""
    url = request.POST.get("next", "")
    return url if is_path_of_ours(url) else otherwise
