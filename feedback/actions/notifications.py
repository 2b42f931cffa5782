from collections.abc import Iterable, Mapping

from django.db import transaction

from feedback.models import Notification, NotificationChoice, User
from feedback.notification_kinds import kinds

EVERYWHERE = (True, True)
Wanted = tuple[bool, bool]  # in the portal, by digest


def notify(*, users: Iterable[User], kind: str, key: str, title: str, url: str, body: str = "") -> int:
    """Tells each active person once about the event `key`, where they want it; telling again changes nothing.

    `kind` is one of `feedback.notification_kinds`, else KeyError. Returns how many are told.
    """
    return notify_each(bodies=dict.fromkeys(users, body), kind=kind, key=key, title=title, url=url)


def notify_each(*, bodies: Mapping[User, str], kind: str, key: str, title: str, url: str) -> int:
    """`notify` with words for each person, in two statements however many there are."""
    active = {user: body for user, body in bodies.items() if user.is_active}
    wanted = _wanted(active, kind) if active else {}
    told = {"kind": kind, "key": key, "title": title[:200], "url": url}
    rows = [
        Notification(to=user, body=body, in_portal=portal, in_digest=mail, **told)
        for user, body in active.items()
        for portal, mail in [wanted.get(user.pk, EVERYWHERE)]
        if portal or mail
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _wanted(people: Iterable[User], kind: str) -> dict[int, Wanted]:
    """Person's id → where they want it; nobody is left out of what has to be told always."""
    if kinds[kind].always:
        return {}
    rows = NotificationChoice.objects.filter(kind=kind, person__in=list(people))
    return {row.person_id: (row.in_portal, row.in_digest) for row in rows}


@transaction.atomic
def choose_notifications(*, person: User, wanted: Mapping[str, Wanted]) -> None:
    """Keeps where a person wants to be told of each kind from now on; what was told stays where it is.

    What is told always is passed over. Kinds that are not named keep what was chosen.
    """
    chosen = {key: where for key, where in wanted.items() if not kinds[key].always}
    NotificationChoice.objects.filter(person=person, kind__in=chosen).delete()
    rows = [
        NotificationChoice(person=person, kind=key, in_portal=portal, in_digest=mail)
        for key, (portal, mail) in chosen.items()
        if (portal, mail) != EVERYWHERE
    ]
    # Pressed twice at once, the later wins.
    fields = {"unique_fields": ["person", "kind"], "update_fields": ["in_portal", "in_digest"]}
    NotificationChoice.objects.bulk_create(rows, update_conflicts=True, **fields)


def choices_of(person: User) -> dict[str, Wanted]:
    """Kind → where they want it, of those that are not told everywhere."""
    return {row.kind: (row.in_portal, row.in_digest) for row in person.notification_choices.all()}
