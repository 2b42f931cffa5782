from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from feedback.permissions import require
from feedback.toasts import toast
from objections.actions import placements as actions
from objections.forms.themes import PlaceForm
from objections.models import Objection, Placement
from objections.permissions import can_curate
from objections.theming import suggest_for

PER_PAGE = 25


def theme_unthemed(request):
    """The pile of objections without a theme, each with the likeliest ones."""
    objections = Objection.objects.visible_to(request.user).live().exclude(text="").unthemed()
    page = Paginator(objections.select_related("opportunity__account"), PER_PAGE).get_page(request.GET.get("page"))
    rows = list(zip(page.object_list, suggest_for(list(page.object_list)), strict=True))
    context = {"page": page, "rows": rows, "can_curate": can_curate(request.user), "here": request.get_full_path()}
    return render(request, "objections/themes/unthemed.html", context)


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
    placement = get_object_or_404(Placement.objects.select_related("objection", "replaces__theme"), pk=pk)
    require(can_curate(request.user))
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
        return actions.place_objection(objection=objection, theme=form.cleaned_data["theme"], by=by)
    except actions.ThemeGone as why:
        form.add_error("theme", str(why))
        return None


def _next(request, otherwise):
    """Where the person came from, if it is a page of ours."""
    url = request.POST.get("next", "")
    return url if url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}) else otherwise
