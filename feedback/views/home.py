from uuid import uuid4

from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.vary import vary_on_headers

from feedback import home as registry

IN_THE_PALETTE, ON_THE_PAGE = 6, 30  # of each kind


def home(request):
    panels = registry.panels_for(request.user)
    return render(request, "feedback/home.html", {"panels": panels})


@vary_on_headers("HX-Request")
def search(request):
    words = request.GET.get("q", "")
    limit = IN_THE_PALETTE if request.htmx else ON_THE_PAGE
    found = registry.search(request.user, words, limit + 1)
    cut = any(len(hits) > limit for _, hits in found)
    found = [(title, hits[:limit]) for title, hits in found]
    template = "feedback/_search.html" if request.htmx else "feedback/search.html"
    return render(request, template, {"words": words, "found": found, "cut": cut, "limit": limit, "once": uuid4()})


def unsent(request):
    """What this browser keeps of what the person typed and the portal has not got; the browser alone can list it."""
    return render(request, "feedback/unsent.html")


@never_cache
def unsent_person(request):
    """Who is signed in, and a token for them: a browser sends what it kept only as the person who typed it."""
    return JsonResponse({"person": request.user.pk, "token": get_token(request)})
