"""How often one may ask. Counted in the portal's cache, for each token, each person and each stranger's address."""

from rest_framework.permissions import SAFE_METHODS
from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle

from feedback.models import Token


class _Throttle(SimpleRateThrottle):
    def get_rate(self):
        return api_settings.DEFAULT_THROTTLE_RATES[self.scope]

    def get_cache_key(self, request, view):
        if not self.counts(request):
            return None
        if isinstance(request.auth, Token):
            asker = f"token-{request.auth.pk}"
        elif request.user.is_authenticated:
            asker = f"person-{request.user.pk}"
        else:
            asker = f"address-{self.get_ident(request)}"
        return self.cache_format % {"scope": self.scope, "ident": asker}


class Reading(_Throttle):
    scope = "reading"

    def counts(self, request):
        return request.user.is_authenticated and request.method in SAFE_METHODS


class Writing(_Throttle):
    scope = "writing"

    def counts(self, request):
        return request.user.is_authenticated and request.method not in SAFE_METHODS


class Strangers(_Throttle):
    scope = "strangers"

    def counts(self, request):
        return not request.user.is_authenticated
