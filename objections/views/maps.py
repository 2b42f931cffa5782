from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from feedback.models import Job
from feedback.permissions import require
from feedback.toasts import toast
from objections.actions import maps as actions
from objections.filters.maps import MapFilter
from objections.map_page import map_page, on_map
from objections.models import Map
from objections.permissions import can_curate


@vary_on_headers("HX-Request", "HX-Target")
def theme_map(request):
    drawn = Map.objects.newest()
    filterset = MapFilter(request.GET, queryset=on_map(request.user), request=request)
    context = {
        "filter": filterset,
        "map": drawn and map_page(drawn, filterset, request.user),
        "drawing": Job.objects.unfinished().filter(kind="draw_map").first(),
        "can_curate": can_curate(request.user),
    }
    is_part = request.htmx and request.htmx.target == "map"
    template = "objections/themes/_map.html" if is_part else "objections/themes/map.html"
    return render(request, template, context)


@require_POST
def map_draw(request):
    require(can_curate(request.user))
    actions.ask_for_map(by=request.user)
    toast(request, "The map is being drawn. You are told when it is done.")
    return redirect("objections:map")
