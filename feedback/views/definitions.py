from django.shortcuts import get_list_or_404, render

from feedback.models import Definition


def definition_list(request):
    latest = {d.slug: d for d in Definition.objects.order_by("version")}
    return render(
        request, "feedback/definitions/list.html", {"definitions": sorted(latest.values(), key=lambda d: d.title)}
    )


def definition_detail(request, slug):
    definition, *earlier = get_list_or_404(Definition.objects.order_by("-version"), slug=slug)
    return render(request, "feedback/definitions/detail.html", {"definition": definition, "earlier": earlier})
