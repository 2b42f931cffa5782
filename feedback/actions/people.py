import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from feedback.models import Company, FirstRun, User
from feedback.models.people import Role


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def open_first_run() -> str | None:
    """A fresh one-time token for making the first admin, or None once there is one. Earlier tokens stop working."""
    if User.objects.filter(is_superuser=True).exists():
        return None
    token = secrets.token_urlsafe(24)
    FirstRun.objects.filter(used_at=None).delete()
    FirstRun.objects.create(token_hash=token_hash(token))
    return token


@transaction.atomic
def set_up_portal(*, token: str, company: Company, name: str, email: str, password: str) -> User | None:
    """Makes the company and its first admin, and spends the token; None when the token is unknown or spent."""
    spent = FirstRun.objects.filter(token_hash=token_hash(token), used_at=None).update(used_at=timezone.now())
    if not spent or User.objects.filter(is_superuser=True).exists():
        return None
    company.pk = 1
    company.save()
    return User.objects.create_superuser(
        username=email, email=email, password=password, name=name, role=Role.LEADER, time_zone=company.time_zone
    )
