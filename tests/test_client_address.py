"""Whose address counts, behind a proxy and without one."""

import pytest
from django.test import RequestFactory

from config.client_address import ClientAddressMiddleware


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "client"),
    [
        ([], "192.0.2.1", "203.0.113.9", "192.0.2.1"),
        (["10.0.0.0/8"], "192.0.2.1", "203.0.113.9", "192.0.2.1"),
        (["10.0.0.0/8"], "10.0.0.1", "203.0.113.9", "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", "198.51.100.7, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", "", "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", "nonsense", "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", "203.0.113.9, nonsense", "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", "10.0.0.3", "10.0.0.3"),
        (["::1"], "::1", "2001:db8::7", "2001:db8::7"),
    ],
)
def test_it_believes_what_trusted_proxies_added_and_nothing_else(proxies, remote, forwarded, client, settings):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=remote, headers={"X-Forwarded-For": forwarded})
    assert ClientAddressMiddleware(lambda r: r.META["REMOTE_ADDR"])(request) == client


def test_a_proxy_that_is_no_address_stops_the_start(settings):
    settings.TRUSTED_PROXIES = ["proxy.example"]
    with pytest.raises(ValueError, match="proxy.example"):
        ClientAddressMiddleware(None)
