"""Signing in through the company's OpenID Connect provider. Off unless `OIDC_ISSUER_URL` is set.

The code flow (state, PKCE, the exchange) is django-allauth's. Ours are the checks it leaves out: the signature of the
id token whichever way it came, its nonce, and who of the portal's people it is. None of its rows is written.
"""

import hmac

import jwt
import requests
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.adapter import get_adapter as social_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.utils import build_absolute_uri
from django.conf import settings
from django.urls import reverse

from feedback.discovery import discovery

SIGNATURES = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
NO_ANSWER = (requests.ConnectionError, requests.Timeout)
LEEWAY = 60  # seconds that clocks may differ
MUST_SAY = ["exp", "iat", "iss", "aud", "sub"]


class CompanyAdapter(OpenIDConnectOAuth2Adapter):
    """One provider, known from the environment."""

    @property
    def openid_config(self):
        if not hasattr(self, "_openid_config"):  # one and the same during a sign-in
            self._openid_config = discovery(self._describe)
        return self._openid_config

    def _describe(self):
        with social_adapter().get_requests_session() as session:
            answer = session.get(self.get_provider().server_url)
            answer.raise_for_status()
            return answer.json()

    def get_callback_url(self, request, app):
        return build_absolute_uri(request, reverse("oidc_callback"), self.redirect_uri_protocol)

    def complete_login(self, request, app, token, **kwargs):
        id_token = kwargs["response"].get("id_token")
        if not id_token:
            raise OAuth2Error("no id token")
        return self.get_provider().sociallogin_from_response(request, {"id_token": self._claims(app, id_token)})

    def _claims(self, app, id_token):
        """What the signed token says. Raises OAuth2Error for a wrong signature, issuer, audience or time."""
        config = self.openid_config
        if config.get("issuer", "").rstrip("/") != settings.OIDC_ISSUER_URL.rstrip("/"):
            raise OAuth2Error("the provider names another issuer")
        with social_adapter().get_requests_session() as session:
            keys = session.get(config["jwks_uri"]).json()
        try:
            claims = jwt.decode(
                id_token,
                _key(keys, jwt.get_unverified_header(id_token).get("kid")),
                algorithms=SIGNATURES,
                audience=app.client_id,
                issuer=config["issuer"],
                leeway=LEEWAY,
                options={"require": MUST_SAY},
            )
        except jwt.PyJWTError as error:
            raise OAuth2Error("invalid id token") from error
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("the id token is for another client")
        return claims


def _key(keys, kid):
    """The key the token names; where it names none, the only one there is."""
    found = [key for key in jwt.PyJWKSet.from_dict(keys).keys if kid in (None, key.key_id)]
    if len(found) != 1:
        raise jwt.InvalidKeyError
    return found[0]


class CompanyProvider(OpenIDConnectProvider):
    oauth2_adapter_class = CompanyAdapter
    pkce_enabled_default = True

    def get_callback_url(self):
        return reverse("oidc_callback")


class OurAccountAdapter(DefaultSocialAccountAdapter):
    """The one provider of the environment; none from the database."""

    def list_apps(self, request, provider=None, client_id=None):
        from allauth.socialaccount.models import SocialApp

        if not settings.OIDC_ISSUER_URL:
            return []
        return [
            SocialApp(
                provider="openid_connect",
                provider_id="company",
                name=settings.OIDC_NAME,
                client_id=settings.OIDC_CLIENT_ID,
                secret=settings.OIDC_CLIENT_SECRET,
                settings={"server_url": settings.OIDC_ISSUER_URL.rstrip("/"), "fetch_userinfo": False},
            )
        ]

    def get_provider(self, request, provider, client_id=None):
        return CompanyProvider(request, app=self.get_app(request, provider))

    def pre_social_login(self, request, sociallogin):
        from feedback.views.oidc import let_in

        let_in(request, claims=sociallogin.account.extra_data["id_token"], state=sociallogin.state)

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None):
        from feedback.views.oidc import not_let_in, provider_away

        if isinstance(exception, NO_ANSWER):
            provider_away(request, exception)
        not_let_in(request, cancelled=getattr(error, "value", error) == "cancelled")


def is_nonce_of(claims: dict, state: dict) -> bool:
    return bool(state.get("nonce")) and hmac.compare_digest(str(claims.get("nonce", "")), state["nonce"])
