"""The quickstart of the README does what it says, and the page about the API shows the same."""

import os
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from django.urls import reverse

from feedback.actions.tokens import make_token
from objections.models import Objection
from tests.factories import make_lost

README = (Path(__file__).resolve().parent.parent / "README.md").read_text()
SHELL, PYTHON = (re.search(rf"```{kind}\n(.*?)```", README, re.DOTALL).group(1) for kind in ("sh", "python"))


@pytest.fixture
def place(rep, live_server):
    """The environment that the first line of the quickstart sets."""
    for number in range(60):
        make_lost(f"Lost {number}", owner=rep)
    _, key = make_token(user=rep, name="t", scopes=["read", "write:objections"], days=1)
    return os.environ | {"LOOP": f"{live_server.url}/api/v1", "TOKEN": key, "NO_PROXY": "*"}


def test_it_works_with_curl(place):
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    commands = "set -e\n" + SHELL.split("\n", 1)[1]
    done = subprocess.run(["bash", "-c", commands], env=place, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "Rita Rep" in done.stdout
    assert "Lost 59" in done.stdout
    assert Objection.objects.get().weight == "blocker"


def test_it_works_with_python(place):
    done = subprocess.run([sys.executable, "-c", PYTHON], env=place, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == [f"Lost {number}" for number in reversed(range(60))], done.stderr


@pytest.mark.parametrize(("host", "secure"), [("127.0.0.1:8000", False), ("loop.example.com", True)])
def test_the_page_shows_the_same_with_the_address_it_is_asked_under(host, secure, rep, sign_in, settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1", "loop.example.com"]
    page = unescape(sign_in(rep).get(reverse("api:docs"), headers={"host": host}, secure=secure).content.decode())
    address = f"{'https' if secure else 'http'}://{host}/api/v1"
    assert SHELL.replace("http://127.0.0.1:8000/api/v1", address) in page
    assert f"LOOP={address} " in page
    assert PYTHON in page


def test_each_takes_five_lines():
    lines = [[line for line in words.splitlines() if line] for words in (SHELL, PYTHON)]
    assert [len(each) for each in lines] == [5, 5]
