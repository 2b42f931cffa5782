"""What this app says in a digest: answers that shipped for what somebody logged, and pieces of theirs to look at."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from feedback.addresses import absolute
from feedback.digests import Part, add_part
from feedback.metrics import number_of
from feedback.models import Notification, User
from objections.actions.alarms import STALE
from objections.actions.telling import PUBLISHED
from objections.alarms import alarms_of
from objections.models import Collateral, Publication

SHOWN = 10


def register() -> None:
    add_part(Part("shipped", 20, "objections/digests/_shipped", shipped, tells_of=(PUBLISHED,)))
    add_part(Part("stale", 35, "objections/digests/_stale", stale, tells_of=(STALE,)))


def shipped(user: User, since: datetime) -> dict | None:
    """Publications they were told of since then and have not looked at: what is live, and which themes it answers."""
    told = Notification.objects.for_digest(user).filter(at__gt=since, key__startswith=PUBLISHED)
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


def stale(user: User, since: datetime) -> dict | None:
    """Pieces of theirs of whose alarms they were told since then and have not looked at, with what sounds now."""
    told = Notification.objects.for_digest(user).filter(at__gt=since, key__startswith=STALE)
    ids = {int(key.removeprefix(STALE).partition("-")[0]) for key in told.values_list("key", flat=True)}
    pieces, now = Collateral.objects.filter(pk__in=ids).with_rows(), timezone.now()
    rows = [
        (piece, absolute(piece.get_absolute_url()), alarms) for piece in pieces if (alarms := alarms_of(piece, now))
    ]
    if not rows:
        return None
    return {
        "headline": number_of(len(rows), "piece") + " to check",
        "rows": rows[:SHOWN],
        "more": max(len(rows) - SHOWN, 0),
        "url": absolute(f"{reverse('objections:collateral_list')}?stale=any"),
    }
