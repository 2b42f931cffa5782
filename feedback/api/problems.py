"""Errors of the API as `application/problem+json` (RFC 9457): type, title, status, detail, instance, errors."""

from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.http import JsonResponse
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

MEDIA_TYPE = "application/problem+json"


class Unprocessable(exceptions.ValidationError):
    """The request was understood, and what it asks for breaks a rule; `errors` says by field what to change."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY


def raise_unless_valid(checked, names: dict[str, str] | None = None) -> None:
    """Raises Unprocessable for a form or serializer that is not valid; `names` says what a field of a form is here."""
    if not checked.is_valid():
        fields = names or {}
        raise Unprocessable({fields.get(name, name): list(words) for name, words in _errors(checked).items()})


def _errors(checked):
    if isinstance(checked.errors, list):  # of a serializer that was given no object
        return {"": checked.errors}
    return checked.errors


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "This is more than the portal takes in one request."


def problem(status_code: int, detail: str, instance: str, errors: dict | None = None) -> dict:
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status_code).phrase,
        "status": status_code,
        "detail": detail,
        "instance": instance,
    }
    return body | ({"errors": errors} if errors else {})


def answer(exception, context):
    """The problem an exception stands for, or None for one that nobody foresaw (see `server_error`)."""
    if isinstance(exception, RequestDataTooBig):
        exception = TooLarge()
    response = exception_handler(exception, context)
    if response is None:
        return None
    errors = _by_field(response.data) if isinstance(exception, exceptions.ValidationError) else None
    detail = _detail(response.data, errors)
    body = problem(response.status_code, detail, context["request"].path, errors)
    headers = {name: response[name] for name in ("WWW-Authenticate", "Retry-After") if name in response}
    return Response(body, status=response.status_code, headers=headers, content_type=MEDIA_TYPE)


def _by_field(data) -> dict[str, list[str]]:
    """Messages by field; those about the whole stand under an empty name, those inside a list under `field.0`."""
    found = {}
    pairs = data.items() if isinstance(data, dict) else [("", data)]
    for name, messages in pairs:
        name = "" if name in ("non_field_errors", "__all__") else str(name)
        if isinstance(messages, dict):
            found |= {f"{name}.{inner}".strip("."): words for inner, words in _by_field(messages).items()}
        else:
            found[name] = [str(message) for message in (messages if isinstance(messages, list) else [messages])]
    return found


def _detail(data, errors) -> str:
    if errors:
        return " ".join(f"{name}: {words[0]}" if name else words[0] for name, words in errors.items())
    return str(data.get("detail", "")) if isinstance(data, dict) else str(data)


def server_error(request):
    """What the API says when it fails; the reason is in the log, never in the answer."""
    body = problem(500, "Something went wrong here. It was written down; please try again later.", request.path)
    return JsonResponse(body, status=500, content_type=MEDIA_TYPE)
