import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils import timezone

from feedback.actions.sessions import end_sessions
from feedback.kept import forget
from feedback.models import CalendarFeed, Company, FirstRun, Team, User
from feedback.models.people import Role


class PersonRefused(ValueError):
    """What may not be done to a person; the message is for whoever tried."""


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


def refuse_taken_address(person: User) -> None:
    """Raises `PersonRefused` when somebody else signs in with this person's user name."""
    if User.objects.exclude(pk=person.pk).filter(username__iexact=person.username).exists():
        raise PersonRefused(f"Somebody else signs in as {person.username}.")


@contextmanager
def refusing_twins(person: User) -> Iterator[None]:
    """Raises `PersonRefused` for a person whose address somebody else got since it was looked for."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as taken:
        raise PersonRefused(f"Somebody else got the address {person.email} just now.") from taken


def _refuse_to_lose_admin(person: User, by: User) -> None:
    """Raises `PersonRefused` when `person`, about to stop being an admin, is oneself or the last. Holds all admins."""
    admins = list(User.objects.select_for_update().filter(is_superuser=True, is_active=True).order_by("pk"))
    if person not in admins:
        return
    if person == by:
        raise PersonRefused("You would lock yourself out. Ask another admin to do it.")
    if len(admins) == 1:
        raise PersonRefused(f"{person} is the last admin. Make somebody else an admin first.")


@transaction.atomic
def change_person(
    *, person: User, name: str, email: str, role: str, team: Team | None, is_superuser: bool, by: User
) -> User:
    """Saves who somebody is and what they may do; a user name that was the e-mail address follows it. A link to come
    in that was sent to another address stops working.

    Raises `PersonRefused` when no admin would be left, or one would lock oneself out.
    """
    if not is_superuser:
        _refuse_to_lose_admin(person, by)
    held = User.objects.select_for_update().get(pk=person.pk)
    if email and held.username == held.email:
        held.username = email
        refuse_taken_address(held)
    if email.casefold() != held.email.casefold():
        held.invitations.pending().update(revoked_at=timezone.now(), revoked_by=by)
    held.name, held.email, held.role, held.team = name, email, role, team
    held.is_superuser = held.is_staff = is_superuser
    held._history_user = by
    with refusing_twins(held):
        held.save(update_fields=["username", "name", "email", "role", "team", "is_superuser", "is_staff"])
    forget()
    return held


@transaction.atomic
def deactivate_person(*, person: User, by: User) -> None:
    """They can sign in no more, at once; what they owe falls to their team's manager. Links to come in stop working,
    tokens are revoked and the calendar's address ends, so that none of them revives with the person.

    Raises `PersonRefused` for oneself and for the last admin.
    """
    _refuse_to_lose_admin(person, by)
    if person == by:
        raise PersonRefused("You would lock yourself out. Ask another admin to do it.")
    _set_active(person, by, is_active=False)


@transaction.atomic
def reactivate_person(*, person: User, by: User) -> None:
    """They can sign in again, as they did. Raises `PersonRefused` for who never could."""
    if not person.was_here:
        raise PersonRefused(f"{person} never signed in. Invite them instead.")
    _set_active(person, by, is_active=True)


def _set_active(person, by, *, is_active):
    held = User.objects.select_for_update().get(pk=person.pk)
    held.is_active, held._history_user = is_active, by
    held.save(update_fields=["is_active"])
    forget()
    if not is_active:  # else letting them back in would revive what stood open
        end_sessions(user=held)
        held.tokens.filter(revoked_at=None).update(revoked_at=timezone.now(), revoked_by=by)
        CalendarFeed.objects.filter(user=held).delete()
    held.invitations.pending().update(revoked_at=timezone.now(), revoked_by=by)
    held.sessions.all().delete()  # a visit must not come back to life with the person
