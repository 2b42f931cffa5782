import time

from django.urls import resolve

from config.monitoring.figures import REQUESTS

PROBES = {"/healthz", "/readyz", "/metrics"}


class ProbesMiddleware:
    """Answers probes before host names, HTTPS and sessions are looked at.

    A load balancer asks each server by its address and over plain HTTP. These answers name no host and set no cookie,
    so nothing that a forged host could change depends on them.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info in PROBES:
            view, args, kwargs = resolve(request.path_info)
            return view(request, *args, **kwargs)
        return self.get_response(request)


class RequestFiguresMiddleware:
    """Counts and times every request by the name of its view: never by path, which may hold what a person typed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        began = time.perf_counter()
        response = self.get_response(request)
        match = getattr(request, "resolver_match", None)
        view = match.view_name if match and match.view_name else "none"
        method = request.method if request.method in ("GET", "HEAD", "POST") else "other"
        REQUESTS.labels(view, method, response.status_code).observe(time.perf_counter() - began)
        return response
