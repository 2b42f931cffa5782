"""How the schema of the API is made: every operation says every status it can answer with."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from feedback.api.problems import MEDIA_TYPE

STATUSES = {
    400: "A parameter, a cursor or the JSON itself cannot be read; `errors` says which.",
    401: "Nobody is signed in, or the token is unknown, expired or revoked.",
    403: "You may see this but not do it, the token lacks the scope, or you owe the company a second factor.",
    404: "There is no such row, or you may not see it.",
    406: "Only JSON is answered.",
    413: "More than the portal takes in one request.",
    415: "Only JSON is read.",
    422: "Something breaks a rule; `errors` says by field what to change.",
    429: "Asked too often; `Retry-After` says in how many seconds to ask again.",
}
HEADERS = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "description": "How to sign in."}},
    429: {"Retry-After": {"schema": {"type": "integer"}, "description": "In seconds."}},
}


class ProblemSerializer(serializers.Serializer):
    """What went wrong (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField(help_text="The status in words.")
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What went wrong, and what to do about it.")
    instance = serializers.CharField(help_text="The address that was asked.")
    errors = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), required=False, help_text="What is wrong, by field."
    )


class ApiSchema(AutoSchema):
    def _get_response_bodies(self, direction="response"):
        bodies = super()._get_response_bodies(direction)
        for status in self._problems():
            answer = OpenApiResponse(ProblemSerializer, description=STATUSES[status])
            body = self._get_response_for_code(answer, str(status), [MEDIA_TYPE], direction)
            bodies[str(status)] = body | ({"headers": HEADERS[status]} if status in HEADERS else {})
        return bodies

    def _problems(self):
        yield from (400, 401, 403, 406, 413, 429)
        if "{" in self.path:
            yield 404
        if self.method not in ("GET", "HEAD"):
            yield from (415, 422)


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "feedback.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema):
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal token, made in your profile: it sees what you see and does what its scopes say.",
        }


class BrowserScheme(OpenApiAuthenticationExtension):
    target_class = "feedback.api.authentication.BrowserAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema):
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "Signed in in a browser. Writes need the CSRF token in the header `X-CSRFToken`.",
        }
