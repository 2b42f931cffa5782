"""The two addresses of signing in through the company: leaving for its provider, and coming back."""

import logging
import secrets

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from feedback.actions.oidc import NotLetIn, person_of
from feedback.addresses import is_path_of_ours
from feedback.discovery import AWAY, ProviderAway, discovery
from feedback.oidc import CompanyAdapter, is_nonce_of
from feedback.second_factor import ASKED, STATE

UNREADABLE = (requests.RequestException, ValueError, KeyError)  # no answer, no JSON, or not what it has to name
log = logging.getLogger(__name__)


def _provider(request):
    if not settings.OIDC_ISSUER_URL:
        raise Http404
    return CompanyAdapter(request, "company")


@login_not_required
@never_cache
@require_GET
def oidc_login(request):
    """A link and not a form, so that the CSP's form-action need not name the provider."""
    adapter, nonce = _provider(request), secrets.token_urlsafe(24)
    wanted = request.GET.get("next", "")
    ahead = wanted if is_path_of_ours(wanted) else None
    try:
        return adapter.get_provider().redirect(
            request, "login", next_url=ahead, auth_params={"nonce": nonce}, nonce=nonce
        )
    except ProviderAway:
        return _away(request)


@login_not_required
@never_cache
@require_GET
def oidc_callback(request):
    adapter = _provider(request)
    if discovery.is_away:
        return _away(request)
    try:
        return OAuth2CallbackView.adapter_view(adapter)(request)
    except ProviderAway:
        return _away(request)
    except UNREADABLE as error:
        log.warning("the provider's answer cannot be read: %s", type(error).__name__)
        return _refusal(request, "Your company's sign-in gave an answer we cannot read. Try again.", 503)


def let_in(request, *, claims, state):
    """Signs in whom the checked claims name. Always raises the answer, so that none of the library's flows go on."""
    if not is_nonce_of(claims, state):
        not_let_in(request)
    try:
        user = person_of(claims)
    except NotLetIn as refused:
        raise ImmediateHttpResponse(_refusal(request, str(refused))) from refused
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    wanted = state.get("next") or resolve_url(settings.LOGIN_REDIRECT_URL)
    if request.session[STATE] == ASKED:
        wanted = f"{reverse('second_factor')}?{urlencode({'next': wanted})}"
    raise ImmediateHttpResponse(redirect(wanted))


def not_let_in(request, *, cancelled=False):
    """What came back proves nothing; raises the page that says so."""
    words = "You stopped signing in." if cancelled else "What your company's sign-in sent does not prove who you are."
    raise ImmediateHttpResponse(_refusal(request, f"{words} Nothing was changed: you can try again."))


def provider_away(request, error):
    """It did not answer in the middle of a sign-in. Raises the page that says so.

    Where there was no connection nobody asks it for a while; one slow answer, which a stranger with a made-up code can
    bring about, closes it for nobody else.
    """
    if not isinstance(error, requests.ReadTimeout):
        discovery.note_away(error)
    raise ImmediateHttpResponse(_away(request))


def _away(request):
    answer = _refusal(request, "Your company's sign-in cannot be reached. Try again in a minute.", 503)
    answer.headers["Retry-After"] = str(AWAY)
    return answer


def _refusal(request, words, status=403):
    return render(request, "registration/oidc_refused.html", {"words": words}, status=status)
