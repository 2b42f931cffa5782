"""The settings under which a company runs the portal."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import reverse

from config.logs import QuietFormatter
from config.secret import secret_key

ROOT = Path(__file__).resolve().parent.parent


def test_the_deployment_check_is_clean_under_production_settings(tmp_path):
    production = {
        "SECRET_KEY": "k%8vT2x!" * 10,
        "HTTPS": "true",
        "ALLOWED_HOSTS": "portal.example",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'check.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    ours = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}  # of the browser
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    run = subprocess.run(command, cwd=ROOT, env={**ours, **production}, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_what_the_database_url_asks_for_is_kept(tmp_path):
    code = "from config import settings; print(settings.DATABASES['default']['OPTIONS'])"
    asked = {"DATABASE_URL": "postgres://u:p@db/x?sslmode=verify-full", "DATA_DIR": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **asked}, capture_output=True, text=True
    )
    assert "'sslmode': 'verify-full'" in run.stdout
    assert "'pool': True" in run.stdout


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "secret_key"
    first = secret_key(path)
    assert len(first) >= 64
    assert secret_key(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("path", ["/sign-in/", "/no-such-page/"])
def test_every_answer_carries_a_strict_policy(path, client, db):
    policy = client.get(path).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_an_error_is_logged_without_its_words():
    try:
        raise ValueError("secret words of a customer")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "it failed", (), sys.exc_info())
    line = QuietFormatter("{message}", style="{").format(record)
    assert "secret" not in line
    assert json.loads(line)["exc_info"].endswith("ValueError")


def test_a_person_never_sees_a_traceback(rep, sign_in, monkeypatch):
    client = sign_in(rep)
    client.raise_request_exception = False
    monkeypatch.setattr("feedback.home.panels_for", lambda user: 1 / 0)
    page = client.get(reverse("feedback:home"))
    assert page.status_code == 500
    assert b"ZeroDivisionError" not in page.content
    assert b"Something broke" in page.content


def test_signing_in_is_throttled(rep, client):
    rep.set_password("right horse battery")
    rep.save()
    for _ in range(8):
        client.post(reverse("login"), {"username": rep.username, "password": "wrong"})
    page = client.post(reverse("login"), {"username": rep.username, "password": "right horse battery"})
    assert page.status_code in (403, 429)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"INBOUND_MAIL_URL": "pop3://u:hush@host"}, "INBOUND_MAIL_URL begins with"),
        ({"INBOUND_MAIL_URL": "imaps://u:hush@host"}, "INBOUND_MAIL_URL needs INBOUND_MAIL_ADDRESS"),
    ],
)
def test_a_mailbox_that_cannot_be_used_stops_the_start_and_its_password_is_not_told(asked, words, tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(tmp_path), **asked},
        capture_output=True,
        text=True,
    )
    assert run.returncode != 0
    assert words in run.stderr
    assert "hush" not in run.stderr


@pytest.mark.parametrize(
    ("asked", "url"),
    [
        ({"PORT": "8001"}, "http://127.0.0.1:8001"),
        ({"CSRF_TRUSTED_ORIGINS": "https://*.example.com,https://loop.example.com"}, "https://loop.example.com"),
        ({"PORTAL_URL": "https://loop.example.com/"}, "https://loop.example.com"),
    ],
)
def test_links_in_mails_lead_to_the_portal_as_people_know_it(asked, url, tmp_path):
    code = "from config import settings; print(settings.PORTAL_URL)"
    ours = {name: value for name, value in os.environ.items() if name not in ("PORT", "PORTAL_URL")}
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**ours, "DATA_DIR": str(tmp_path), **asked},
        capture_output=True,
        text=True,
    )
    assert run.stdout.strip() == url
