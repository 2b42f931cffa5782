import hmac

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseNotFound, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from config.monitoring import readiness
from config.monitoring.figures import registry


@login_not_required
@never_cache
@require_safe
def healthz(request):
    """200 while the process answers; asks nothing else, so that a busy database restarts nobody."""
    return JsonResponse({"alive": True})


@login_not_required
@never_cache
@require_safe
def readyz(request):
    """200 when everything the portal stands on is well, else 503; both say which part is not."""
    checks = readiness.checks()
    ready = all(check["state"] != "wrong" for check in checks.values())
    answer = JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)
    answer._has_been_logged = True  # by whoever asks; Django would write a line for every 503
    return answer


@login_not_required
@never_cache
@require_safe
def metrics(request):
    """The figures for Prometheus, to whoever has the token; to all others this address does not exist."""
    given = request.headers.get("Authorization", "")
    expected = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not hmac.compare_digest(given.encode(), expected.encode()):
        return HttpResponseNotFound("Not found\n", content_type="text/plain")
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
