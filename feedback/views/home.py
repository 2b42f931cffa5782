from django.shortcuts import render
from django.views.decorators.vary import vary_on_headers

from feedback import home as registry


def home(request):
    panels = registry.panels_for(request.user)
    return render(request, "feedback/home.html", {"panels": panels})


@vary_on_headers("HX-Request")
def search(request):
    words = request.GET.get("q", "")
    template = "feedback/_search.html" if request.htmx else "feedback/search.html"
    return render(request, template, {"words": words, "found": registry.search(request.user, words)})
