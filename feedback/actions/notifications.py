from collections.abc import Iterable

from feedback.models import Notification, User


def notify(*, users: Iterable[User], key: str, title: str, url: str, body: str = "") -> int:
    """Tells each active person once about the event `key`; telling again changes nothing. Returns how many."""
    rows = [
        Notification(to=user, key=key, title=title[:200], body=body, url=url) for user in set(users) if user.is_active
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
