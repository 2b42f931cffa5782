"""/healthz: the process is alive. It asks nothing else, and answers whoever asks, however they ask."""

import pytest
from django.test import Client


def test_it_answers_without_the_database(client):
    """No fixture opens the database here: a query would fail the test."""
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"alive": True})
    assert "no-store" in answer.headers["Cache-Control"]
    assert not answer.cookies


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_a_load_balancer_asks_by_address_and_over_plain_http(path, settings, db):
    settings.SECURE_SSL_REDIRECT = True
    settings.METRICS_TOKEN = "t"
    probe = Client(headers={"host": "10.0.0.7:8000", "authorization": "Bearer t"})
    assert probe.get(path).status_code in (200, 503)


def test_a_page_still_keeps_to_hosts_and_https(settings, db):
    settings.SECURE_SSL_REDIRECT = True
    assert Client(headers={"host": "testserver"}).get("/sign-in/").status_code == 301
    settings.SECURE_SSL_REDIRECT = False
    assert Client(headers={"host": "10.0.0.7"}).get("/sign-in/").status_code == 400


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_it_takes_no_post(path, client, db):
    assert client.post(path).status_code == 405
