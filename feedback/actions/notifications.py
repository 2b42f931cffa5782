from collections.abc import Iterable, Mapping

from feedback.models import Notification, User


def notify(*, users: Iterable[User], key: str, title: str, url: str, body: str = "") -> int:
    """Tells each active person once about the event `key`; telling again changes nothing. Returns how many."""
    return notify_each(bodies=dict.fromkeys(users, body), key=key, title=title, url=url)


def notify_each(*, bodies: Mapping[User, str], key: str, title: str, url: str) -> int:
    """`notify` with words for each person, in one statement however many there are."""
    rows = [
        Notification(to=user, key=key, title=title[:200], body=body, url=url)
        for user, body in bodies.items()
        if user.is_active
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
