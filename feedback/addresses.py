"""Addresses that came with a request."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def is_path_of_ours(url: str) -> bool:
    """A path on this portal. Neither another site nor a bare word, which `redirect` would take for a view's name."""
    return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)


def next_or(request: HttpRequest, otherwise):
    """Where the form asks to be led back to, if that is a page of this portal; else the other place."""
    asked = request.POST.get("next", "")
    return asked if is_path_of_ours(asked) else otherwise
