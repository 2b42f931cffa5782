"""`manage.py up` in earnest: a server, a worker, a link for the first admin, and nothing left behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.worker import wait_until

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.services


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children_of(pid):
    """Process ids below `pid`, all the way down."""
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found += [int(child), *children_of(int(child))]
    return found


def is_alive(pid):
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """One folder for all: the first portal makes its tables there, those after it find them, as after a restart."""
    return tmp_path_factory.mktemp("data")


@contextmanager
def portal(data, port):
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "CELERY_BROKER_URL")},
        "DATA_DIR": str(data),
        "PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
    }
    log = data / "log"
    with log.open("w") as out:
        command = [sys.executable, "manage.py", "up"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        wait_until(lambda: "Ctrl C stops it" in log.read_text() or process.poll() is not None, seconds=480)
        yield process, log
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_it_serves_and_shows_the_way_in_and_stops_whole(data):
    port = free_port()
    with portal(data, port) as (process, log):
        link = re.search(r"http://127\.0\.0\.1:\d+/first-run/\S+", log.read_text()).group()
        with urllib.request.urlopen(link) as answer:  # noqa: S310  our own address
            page = answer.read().decode()
        assert "Set up your portal" in page
        style = re.search(r'href="(/static/css/app\.[0-9a-f]+\.css)"', page).group(1)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{style}") as answer:  # noqa: S310
            assert "immutable" in answer.headers["Cache-Control"]
        below = children_of(process.pid)
        assert len(below) >= 2

        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=40) == 0
    wait_until(lambda: not any(is_alive(pid) for pid in below))


def test_it_leaves_nothing_behind_when_it_is_killed(data):
    with portal(data, free_port()) as (process, _):
        below = children_of(process.pid)
        process.kill()
        process.wait()
        wait_until(lambda: not any(is_alive(pid) for pid in below))


def test_it_says_when_the_port_is_taken(data):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with portal(data, other.getsockname()[1]) as (process, log):
            assert process.wait(timeout=40) == 1
    assert "is taken" in log.read_text()
