"""Personal keys to the API: made, used and revoked."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from feedback.actions.people import token_hash
from feedback.models import Token, User

PREFIX = "cl_"  # recognised by people and by tools that look for leaked secrets
LONGEST = 365  # days
USED_AT_MOST = timedelta(minutes=1)  # how often a token's use is written down


@transaction.atomic
def make_token(*, user: User, name: str, scopes: list[str], days: int) -> tuple[Token, str]:
    """A token of that person for `days`, at most a year, and the key itself, which is kept nowhere."""
    key = PREFIX + secrets.token_urlsafe(32)
    now = timezone.now()
    token = Token.objects.create(
        user=user,
        name=name,
        start=key[: len(PREFIX) + 5],
        token_hash=token_hash(key),
        scopes=list(scopes),
        made_at=now,
        expires_at=now + timedelta(days=min(days, LONGEST)),
    )
    return token, key


@transaction.atomic
def revoke_token(*, token: Token, by: User) -> None:
    """Ends the token at once; twice is harmless."""
    Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now(), revoked_by=by)


def use_token(key: str) -> Token | None:
    """The working token of that key, whose use is written down at most once a minute; None for any other key.

    It is found by the hash of the whole key, so how long the look takes tells nothing about the keys there are.
    """
    token = Token.objects.working().select_related("user__team").filter(token_hash=token_hash(key)).first()
    now = timezone.now()
    if token and (token.last_used_at is None or token.last_used_at <= now - USED_AT_MOST):
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USED_AT_MOST)
        Token.objects.filter(stale, pk=token.pk).update(last_used_at=now)
    return token
