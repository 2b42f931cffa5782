"""Who asks the API: a person signed in in a browser, or a program with a person's token."""

from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission

from feedback.actions.tokens import use_token
from feedback.models import Token
from feedback.models.tokens import Scope
from feedback.second_factor import has_second_factor, must_have_one, owes_one

OWES = (
    "Your company asks you for a second factor. Set it up in your profile under Security; until then nothing is open."
)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer cl_…`, a personal token made in one's profile."""

    scheme = "Bearer"

    def authenticate(self, request):
        scheme, _, key = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.casefold() != self.scheme.casefold():
            return None
        token = use_token(key.strip())
        if token is None:
            raise AuthenticationFailed("This token is unknown, expired or revoked. Make a new one in your profile.")
        if must_have_one(token.user) and not has_second_factor(token.user):  # made before it was required
            raise PermissionDenied(OWES)
        return token.user, token

    def authenticate_header(self, request):
        return f'{self.scheme} realm="Closed Loop"'


class BrowserAuthentication(SessionAuthentication):
    """The session of somebody signed in; writes need the CSRF token, as on pages."""

    def authenticate(self, request):
        found = super().authenticate(request)
        if found and owes_one(request._request):
            raise PermissionDenied(OWES)
        return found


class HasScope(BasePermission):
    """A token does only what its scopes say; a person signed in does what they may do on pages."""

    def has_permission(self, request, view):
        if not isinstance(request.auth, Token):
            return True
        scope = Scope.READ if request.method in SAFE_METHODS else view.scope
        if scope not in request.auth.scopes:
            raise PermissionDenied(f"This token may not do that: it lacks the scope “{scope}”.")
        return True
