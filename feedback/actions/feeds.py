import secrets

from django.db import transaction

from feedback.actions.people import token_hash
from feedback.models import CalendarFeed, User


@transaction.atomic
def open_feed(*, user: User) -> str:
    """A fresh token for the person's calendar; the address they had before stops working."""
    close_feed(user=user)
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.create(user=user, token_hash=token_hash(token))
    return token


def close_feed(*, user: User) -> None:
    CalendarFeed.objects.filter(user=user).delete()
