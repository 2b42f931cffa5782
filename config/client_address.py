"""Whose address a request really comes from."""

from ipaddress import ip_address, ip_network

from django.conf import settings


class ClientAddressMiddleware:
    """Puts the client's address into `REMOTE_ADDR`, the one place where throttles look.

    `X-Forwarded-For` can be written by anybody, so it counts only when the request comes from one of `TRUSTED_PROXIES`,
    and then only its right end: what the proxies themselves added. The first address there that is no proxy of ours is
    the client's.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.proxies = [ip_network(proxy, strict=False) for proxy in settings.TRUSTED_PROXIES]

    def __call__(self, request):
        if self.proxies:
            request.META["REMOTE_ADDR"] = self._client(request)
        return self.get_response(request)

    def _client(self, request):
        address = request.META.get("REMOTE_ADDR", "")
        named = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        while self._is_proxy(address) and named and _is_address(named[-1]):
            address = named.pop()
        return address

    def _is_proxy(self, address):
        return _is_address(address) and any(ip_address(address) in proxy for proxy in self.proxies)


def _is_address(text):
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
