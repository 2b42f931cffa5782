"""What makes the portal an app on a phone: a manifest, the script that answers when the network does not, its page.

Strangers get all three, for they say nothing of anybody here.
"""

from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from objections.models.objections import Weight

SCRIPT = Path(settings.BASE_DIR) / "config/static/js/service-worker.js"


@login_not_required
@require_safe
def manifest(request):
    log = reverse("objections:objection_create")
    shared = {"title": "title", "text": "text", "url": "url"}
    described = {
        "name": "Closed Loop",
        "short_name": "Closed Loop",
        "description": "Why deals were lost, what buyers object to, and what answers them.",
        "id": "/",
        "start_url": reverse("feedback:home"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f8f9fb",
        "theme_color": "#4a4fd0",
        "icons": [
            {"src": static("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": purpose}
            for purpose in ("any", "maskable")
        ],
        "shortcuts": [
            {"name": "Log an objection", "url": log},
            {"name": "Reviews I owe", "url": reverse("feedback:review_owed")},
        ],
        # By POST, for what is shared would stand in logs as part of an address; the service worker takes it.
        "share_target": {
            "action": f"{log}?shared=1",
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": shared,
        },
    }
    return JsonResponse(described, content_type="application/manifest+json")


@login_not_required
@require_safe
def service_worker(request):
    """At the root, for a script may only answer for what lies below it; asked for anew at each visit."""
    answer = HttpResponse(SCRIPT.read_text(), content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer


@login_not_required
@require_safe
def offline(request):
    return render(request, "objections/objections/offline.html", {"weights": Weight.choices})
