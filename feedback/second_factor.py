"""The second factor: a code from an authenticator app, or a recovery code, after whatever else signed somebody in.

Whoever calls `login()` (the sign-in page, an invitation, the first-run link, the company's provider) makes a session
that is nobody's until the code was given: the middleware hides the person from everything behind it. So no way in has
to remember to ask, and none can forget. Rows and arithmetic are django-allauth's; pages and throttle are ours.
"""

import hmac
import time

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.shortcuts import redirect

from feedback.sealing import Unsealable, seal, unseal

STATE = "second_factor"
SEALED_FOR = "second factor"
NONE, ASKED, PASSED = "none", "asked", "passed"
PATIENCE = 600  # seconds between the password and the code
OPEN_WITHOUT = {"second_factor_create", "security", "sessions_end", "logout", "password_change", "password_change_done"}


class EncryptingAdapter(DefaultMFAAdapter):
    """Keeps secrets out of the database: they are sealed with a key made from `SECRET_KEY`."""

    def encrypt(self, text):
        return seal(text, SEALED_FOR)

    def decrypt(self, encrypted_text):
        return unseal(encrypted_text, SEALED_FOR)


def has_second_factor(user) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def recovery_codes_left(user) -> int:
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(RecoveryCodes(row).get_unused_codes()) if row else 0


@transaction.atomic
def takes_code(user, code: str) -> bool:
    """Whether the code is the app's of now, half a minute before or after, or a recovery code; each works once."""
    code = "".join(code.split())
    rows = {row.type: row for row in Authenticator.objects.select_for_update().filter(user=user)}
    if Authenticator.Type.TOTP not in rows:
        return False
    try:
        if _takes_app_code(rows[Authenticator.Type.TOTP], code):
            return True
        codes = rows.get(Authenticator.Type.RECOVERY_CODES)
        return bool(codes) and RecoveryCodes(codes).validate_code(code)
    except Unsealable:  # sealed with another SECRET_KEY: an admin has to reset it
        return False


def _takes_app_code(row, code):
    secret = totp.decrypt(row.data["secret"])
    for counter in totp.yield_hotp_counters_from_time():
        expected = totp.format_hotp_value(totp.hotp_value(secret, counter))
        if counter > row.data.get("last_counter", 0) and hmac.compare_digest(expected.encode(), code.encode()):
            row.data["last_counter"] = counter
            row.record_usage()
            row.save(update_fields=["data"])
            return True
    return False


def note_state(sender, request, user, **kwargs):
    request.session[STATE] = ASKED if has_second_factor(user) else NONE


user_logged_in.connect(note_state, dispatch_uid="feedback.second_factor.note_state")


def must_have_one(user) -> bool:
    """Whether the company asks this person for a second factor (`REQUIRE_SECOND_FACTOR`)."""
    required = settings.REQUIRE_SECOND_FACTOR
    return required == "everybody" or (required == "admins" and user.is_superuser)


def owes_one(request) -> bool:
    """Whether this session is of somebody who must have a second factor and did not give it."""
    return request.session.get(STATE) != PASSED and must_have_one(request.user)


class SecondFactorMiddleware:
    """A session that still owes a code belongs to nobody; `request.awaiting` is who may give it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.awaiting = None
        if request.user.is_authenticated:
            state = request.session.get(STATE)
            if state is None:  # signed in before there was a second factor
                note_state(None, request, request.user)
                state = request.session[STATE]
            if state == ASKED and time.time() - request.session.get("began", 0) > PATIENCE:
                logout(request)
            elif state == ASKED:
                request.awaiting, request.user = request.user, AnonymousUser()
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Whoever must have a second factor and has none can only set it up."""
        if not request.user.is_authenticated or not owes_one(request):
            return None
        if hasattr(view, "cls"):  # a view of the API: its authentication refuses, in the API's own words
            return None
        match = request.resolver_match
        return None if match.url_name in OPEN_WITHOUT else redirect("feedback:second_factor_create")
