"""What every answer tells the browser, and what stays in it after signing out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import reverse

ROOT = Path(__file__).resolve().parent.parent
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize("name", ["login", "feedback:home", "objections:objection_list", "feedback:search"])
def test_every_answer_is_guarded(name, rep, sign_in):
    for user in (rep, None):
        answer = sign_in(user).get(reverse(name))
        assert {header: answer.headers.get(header) for header in EVERYWHERE} == EVERYWHERE
        assert "camera=()" in answer.headers["Permissions-Policy"]


def test_the_policy_allows_only_ourselves(client, db):
    policy = dict(
        part.strip().split(" ", 1) for part in client.get("/sign-in/").headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "connect-src", "form-action")} == {"'self'"}
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"


@pytest.mark.parametrize("name", ["feedback:home", "objections:objection_list", "feedback:security"])
def test_no_page_is_kept_so_that_back_shows_nothing_after_signing_out(name, rep, sign_in):
    client = sign_in(rep)
    assert "no-store" in client.get(reverse(name)).headers["Cache-Control"]
    client.post(reverse("logout"))
    assert client.get(reverse(name)).status_code == 302


def test_no_page_is_kept_by_the_script_either():
    assert '"historyCacheSize": 0' in (ROOT / "templates/base.html").read_text()


def test_behind_https_cookies_are_bound_to_the_host_and_http_is_left(tmp_path):
    code = """
import django; django.setup()
from django.test import Client
from django.core.management import call_command
call_command("migrate", run_syncdb=True, verbosity=0)
plain = Client().get("/sign-in/", headers={"host": "portal.example"})
safe = Client().get("/sign-in/", secure=True, headers={"host": "portal.example"})
cookie = safe.cookies["__Host-csrf"]
print(plain.status_code, plain.url, safe.headers["Strict-Transport-Security"])
print(cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], repr(cookie["domain"]))
from django.conf import settings
print(settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY)
"""
    given = {
        "HTTPS": "true",
        "ALLOWED_HOSTS": "portal.example",
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": "k%8vT2x!" * 9,
    }
    given |= {"DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite3'}", "DJANGO_SETTINGS_MODULE": "config.settings"}
    given["PYTHONPATH"] = str(ROOT)
    (tmp_path / "static").mkdir()
    code = code.replace(
        "import django; ",
        "from config import settings as s; s.STORAGES['staticfiles'] = "
        "{'BACKEND': 'django.contrib.staticfiles.storage.StaticFilesStorage'}\n"
        # Migrating takes half a minute.
        "s.MIGRATION_MODULES = {name.split('.')[-1]: None for name in s.INSTALLED_APPS}\n"
        "import django; ",
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **given}, capture_output=True, text=True, check=False
    )
    assert run.stdout.splitlines() == [
        "301 https://portal.example/sign-in/ max-age=31536000; includeSubDomains; preload",
        "True True Lax / ''",
        "__Host-session True True",
    ], run.stderr
