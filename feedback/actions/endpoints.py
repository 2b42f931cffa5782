"""Endpoints of webhooks, made and changed by admins; the history says who did."""

from django.db import transaction

from feedback.models import Endpoint, User
from feedback.webhooks.signing import new_secret

TYPED = ("name", "format", "events", "is_active")  # what a form changes


@transaction.atomic
def make_endpoint(*, endpoint: Endpoint, url: str, by: User) -> tuple[Endpoint, str]:
    """The endpoint and the secret that signs what it is sent, which is shown this once."""
    secret = new_secret()
    endpoint.give_url(url)
    endpoint.give_secret(secret)
    endpoint._history_user = by
    endpoint.save()
    return endpoint, secret


@transaction.atomic
def change_endpoint(*, endpoint: Endpoint, url: str, by: User) -> Endpoint:
    """Saves what was typed; without an address it keeps the one it has. Elsewhere, or switched on, it begins without
    failures."""
    row, changed = _locked(endpoint), list(TYPED)
    if url or (endpoint.is_active and not row.is_active):
        row.failing_since = None
        changed.append("failing_since")
    for field in TYPED:
        setattr(row, field, getattr(endpoint, field))
    if url:
        row.give_url(url)
        changed += ["host", "sealed_url", "url_given_at"]
    return _save(row, by, changed)


@transaction.atomic
def renew_secret(*, endpoint: Endpoint, by: User) -> tuple[Endpoint, str]:
    """The endpoint and another secret, shown this once; the one before signs nothing any more."""
    row, secret = _locked(endpoint), new_secret()
    row.give_secret(secret)
    return _save(row, by, ["sealed_secret", "secret_made_at"], "another secret"), secret


@transaction.atomic
def delete_endpoint(*, endpoint: Endpoint, by: User) -> None:
    """Takes what was delivered to it and what waits along; the history stays."""
    row = _locked(endpoint)
    row._history_user = by
    row.delete()


def _locked(endpoint: Endpoint) -> Endpoint:
    """The row as it is now: the one that came with the request may be older than what a worker wrote."""
    return Endpoint.objects.select_for_update().get(pk=endpoint.pk)


def _save(row: Endpoint, by: User, changed: list[str], why: str | None = None) -> Endpoint:
    row._history_user, row._change_reason = by, why
    row.save(update_fields=changed)
    return row
