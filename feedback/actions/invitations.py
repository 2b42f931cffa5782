import secrets

from django.db import transaction
from django.utils import timezone

from feedback.actions.people import PersonRefused, refuse_taken_address, refusing_twins, token_hash
from feedback.models import Invitation, User
from feedback.permissions import can_use_password


@transaction.atomic
def invite_somebody(*, person: User, by: User) -> tuple[Invitation, str]:
    """Saves a new person, who cannot sign in yet, and invites them. Raises `PersonRefused`."""
    person.username, person.is_active = person.email, False
    person.is_staff = person.is_superuser
    person.time_zone = by.time_zone
    person.set_unusable_password()
    refuse_taken_address(person)
    person._history_user = by
    with refusing_twins(person):
        person.save()
    return invite_person(person=person, by=by)


@transaction.atomic
def invite_person(*, person: User, by: User) -> tuple[Invitation, str]:
    """A fresh link for somebody who cannot sign in; links they had before stop working. Gives its token once.

    Who is known only from an import keeps their row, deals included, and signs in with their e-mail address.
    Raises `PersonRefused` for the active, and for those without an address.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.is_active:
        raise PersonRefused(f"{person} can sign in already.")
    if not person.email:
        raise PersonRefused(f"Give {person} an e-mail address first: they sign in with it.")
    if person.username != person.email:
        person.username = person.email
        refuse_taken_address(person)
        with refusing_twins(person):
            person.save(update_fields=["username"])
    revoke_invitations(person=person, by=by)
    token = secrets.token_urlsafe(24)
    return Invitation.objects.create(person=person, token_hash=token_hash(token), by=by), token


@transaction.atomic
def revoke_invitations(*, person: User, by: User) -> int:
    """Makes the links of a person worthless; returns how many still waited to be used."""
    return person.invitations.pending().update(revoked_at=timezone.now(), revoked_by=by)


@transaction.atomic
def accept_invitation(*, token: str, name: str, password: str | None = None) -> User | None:
    """Lets the invited person in under that name and password, and spends the link; None when it no longer works.

    Who may use no password gets none, whatever is given. Holds the person before the link, as all do who take links
    away from people: the other way round two of them would wait for each other.
    """
    live = Invitation.objects.live().filter(token_hash=token_hash(token))
    person = User.objects.select_for_update().filter(pk__in=live.values("person")).first()
    if person is None or not live.update(used_at=timezone.now()):
        return None
    person.name, person.is_active = name, True
    person.set_password(password if can_use_password(person) else None)
    person._history_user = person
    person.save(update_fields=["name", "is_active", "password"])
    return person
