"""How long a sign-in lasts, on what device it is, and how it ends.

Idle sessions end by Django's own expiry: each is renewed at most every ten minutes while it is used. No session lives
longer than `SESSION_DAYS`, used or not. The engine writes the person beside the session, so that all can be ended.
"""

import time
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import InterfaceError, OperationalError

RENEW_AFTER = 600  # seconds; less often than on every request, which would be a write each
SYSTEMS = [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows")]
SYSTEMS += [("Mac OS", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux")]
BROWSERS = [("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome")]
BROWSERS += [("Chrome", "Chrome"), ("Safari", "Safari")]


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls):
        from feedback.models import Session

        return Session

    def save(self, must_create=False):
        try:
            super().save(must_create)
        except UpdateError as ended:
            # Django takes every failure for a sign-out elsewhere and says 400; a database that is away is our fault.
            if isinstance(ended.__context__, (OperationalError, InterfaceError)):
                raise ended.__context__ from None
            raise

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        row.user_id = data.get("_auth_user_id")
        row.device = data.get("device", "")
        row.began_at, row.seen_at = _moment(data.get("began")), _moment(data.get("seen"))
        return row


def _moment(seconds):
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def device_of(user_agent: str) -> str:
    """What a person would call the device: "Firefox on Windows". Nothing more of the header is kept."""
    browser = next((words for mark, words in BROWSERS if mark in user_agent), "A browser")
    system = next((words for mark, words in SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


def begin(sender, request, user, **kwargs):
    request.session["began"] = request.session["seen"] = int(time.time())
    request.session["device"] = device_of(request.headers.get("User-Agent", ""))


user_logged_in.connect(begin, dispatch_uid="feedback.sessions.begin")


class SessionLifetimeMiddleware:
    """Ends what is older than `SESSION_DAYS` and renews what is used. Stands right after the authentication."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            now, session = int(time.time()), request.session
            if now - session.get("began", 0) > settings.SESSION_DAYS * 86_400:
                logout(request)
            elif now - session.get("seen", 0) > RENEW_AFTER:
                session["seen"] = now
        return self.get_response(request)
