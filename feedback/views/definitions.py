from django.shortcuts import get_list_or_404, render

from feedback.becoming import origins_of
from feedback.models import Definition, DefinitionProposal
from feedback.permissions import can_decide_definition, can_propose_definition


def definition_list(request):
    latest = {d.slug: d for d in Definition.objects.order_by("version")}
    return render(
        request, "feedback/definitions/list.html", {"definitions": sorted(latest.values(), key=lambda d: d.title)}
    )


def definition_detail(request, slug):
    definition, *earlier = get_list_or_404(Definition.objects.order_by("-version"), slug=slug)
    context = {
        "definition": definition,
        "earlier": earlier,
        "proposals": _proposals(slug, request.user),
        "can_propose": can_propose_definition(request.user),
        "can_decide": can_decide_definition(request.user),
    }
    return render(request, "feedback/definitions/detail.html", context)


def _proposals(slug, user):
    """All that were ever made, the open ones first, each with the promises of meetings it came from."""
    rows = list(DefinitionProposal.objects.filter(slug=slug).select_related("by", "decided_by", "made"))
    origins = origins_of("definition", [row.pk for row in rows], user)
    for row in rows:
        row.origins = origins.get(row.pk, [])
    return sorted(rows, key=lambda row: row.state != "open")
