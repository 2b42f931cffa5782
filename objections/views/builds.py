from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from feedback.paging import page_of
from feedback.permissions import require
from objections import build_page
from objections.actions.themes import start_build
from objections.models import Build
from objections.permissions import can_curate

PER_PAGE = 25


def build_list(request):
    require(can_curate(request.user))
    page = page_of(Build.objects.for_list(), request.GET.get("page"), PER_PAGE)
    return render(request, "objections/builds/list.html", {"page": page})


@require_POST
def build_create(request):
    require(can_curate(request.user))
    return redirect(start_build(by=request.user))


@vary_on_headers("HX-Request")
def build_detail(request, pk):
    build = get_object_or_404(Build.objects.select_related("job", "by", "same_as"), pk=pk)
    require(can_curate(request.user))
    context = {"build": build}
    if build.ended_at and not build.same_as:
        context |= {
            "kinds": build_page.kind_rows(build),
            "decided": build_page.decided(build),
            "since": build_page.since(build),
            "open": build.proposals.open().count(),
        }
    elif build.same_as:
        context["open"] = build.same_as.proposals.open().count()
    template = "objections/builds/_build.html" if request.htmx else "objections/builds/detail.html"
    return render(request, template, context)
