"""What this app says in a digest: answers that shipped for what somebody logged or asked for."""

from datetime import datetime

from django.urls import reverse

from feedback.addresses import absolute
from feedback.digests import Part, add_part
from feedback.metrics import number_of
from feedback.models import Notification, User
from objections.actions.telling import PUBLISHED
from objections.models import Publication

SHOWN = 10


def register() -> None:
    add_part(Part("shipped", 20, "objections/digests/_shipped", shipped, tells_of=(PUBLISHED,)))


def shipped(user: User, since: datetime) -> dict | None:
    """Publications they were told of since then and have not looked at: what is live, and which themes it answers."""
    told = Notification.objects.visible_to(user).unread().filter(at__gt=since, key__startswith=PUBLISHED)
    ids = [int(key.removeprefix(PUBLISHED)) for key in told.values_list("key", flat=True)]
    live = Publication.objects.live().filter(pk__in=ids).select_related("collateral", "version")
    rows = [
        (publication, absolute(publication.collateral.get_absolute_url()), publication.collateral.themes.all())
        for publication in live.prefetch_related("collateral__themes")
    ]
    if not rows:
        return None
    return {
        "headline": number_of(len(rows), "answer") + " shipped",
        "rows": rows[:SHOWN],
        "more": max(len(rows) - SHOWN, 0),
        "url": absolute(reverse("feedback:notification_list")),
    }
