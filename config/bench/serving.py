"""The real web server on this process's database, and what somebody sends who is signed in there."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from feedback.models import User

STARTS_WITHIN = 60  # seconds


@contextmanager
def served() -> Iterator[int]:
    """The port it listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = _serve(port)
    try:
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _serve(port: int) -> subprocess.Popen:
    """The web server as `manage.py up` starts it, on this process's database."""
    command = [
        *(sys.executable, "-m", "granian", "config.wsgi:application", "--interface", "wsgi", "--host", "127.0.0.1"),
        *("--port", str(port), "--workers", "1", "--blocking-threads", "4", "--log-level", "warning", "--no-ws"),
    ]
    server = subprocess.Popen(command, cwd=settings.BASE_DIR)  # noqa: S603  our own words
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return server
        time.sleep(0.1)
    server.kill()
    raise AssertionError("The web server did not start.")


def headers_of(user: User) -> dict:
    """Of somebody signed in who opened a form."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        client.get(reverse("objections:objection_create"))
    cookies = "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())
    token = client.cookies["csrftoken"].value
    return {"Cookie": cookies, "X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded"}
