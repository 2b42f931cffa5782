from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from feedback.exports import download
from feedback.figures import Figure
from objections import impact_page
from objections.exports import IMPACT
from objections.metrics import answers_of, impact_of, impact_rows
from objections.models import Collateral, ContentRequest, Theme

PER_PAGE = 50


def theme_impact(request, pk):
    return _page(request, _theme(request, pk), parent="Themes", parent_name="objections:theme_list")


def collateral_impact(request, pk):
    return _page(request, _piece(request, pk), parent="Collateral", parent_name="objections:collateral_list")


def request_impact(request, pk):
    return _page(request, _request(request, pk), parent="Content", parent_name="objections:request_list")


def theme_impact_export(request, pk):
    return _export(_theme(request, pk))


def collateral_impact_export(request, pk):
    return _export(_piece(request, pk))


def request_impact_export(request, pk):
    return _export(_request(request, pk))


def _theme(request, pk):
    return get_object_or_404(Theme.objects.visible_to(request.user), pk=pk)


def _piece(request, pk):
    return get_object_or_404(Collateral.objects.visible_to(request.user), pk=pk)


def _request(request, pk):
    return get_object_or_404(ContentRequest.objects.visible_to(request.user), pk=pk)


def _page(request, about, **context):
    chosen = request.GET.get("deals", "after")
    if chosen not in impact_page.GROUPS:
        raise Http404
    found = impact_rows(*answers_of(about), timezone.localdate())
    context |= {
        "about": about,
        "chosen": chosen,
        "shown": impact_page.show(about, Figure(impact_of(*found) if found else None)),
        "export_url": f"{request.path.rstrip('/')}.csv",
    }
    if found:
        span, rows = found
        context |= {
            "page": _page_of(rows, span, chosen, request.GET.get("page")),
            "groups": impact_page.groups(rows, chosen),
            "slices": impact_page.slices(rows, span),
        }
    return render(request, "objections/impact/detail.html", context)


def _page_of(rows, span, chosen, number):
    """The deals of a group, the newest first, each with its row and why it is left out."""
    belongs = impact_page.GROUPS[chosen][1]
    page = Paginator([row for row in rows if belongs(row)][::-1], PER_PAGE).get_page(number)
    deals = impact_page.deals_of(page.object_list)
    page.object_list = [(row, deal, impact_page.why_not(row, span)) for row, deal in deals]
    return page


def _export(about):
    """All deals that belong to a part of it, counted or not, newest first."""
    found = impact_rows(*answers_of(about), timezone.localdate())
    span, rows = found or (None, [])
    deals = impact_page.deals_of(rows[::-1])
    return download("impact", IMPACT, [(row, deal, impact_page.why_not(row, span)) for row, deal in deals])
