from datetime import datetime

from django.db import transaction

from feedback.actions.notifications import notify
from objections.actions.announcing import announce_alarm
from objections.alarms import DRIFTED, REVIEW, UNUSED, alarms_of
from objections.models import Collateral

STALE = "stale-"  # how the keys of what tells of an alarm begin; the number of the piece follows
TITLES = {
    REVIEW: "“{piece}” is to be checked again",
    DRIFTED: "Buyers say something else than “{piece}” answers",
    UNUSED: "“{piece}” is not used",
}


@transaction.atomic
def tell_of_alarms(*, now: datetime) -> int:
    """Tells the owner of each published piece once of each alarm: of a review date once, of the others once for each
    publication. Returns how many are sounding.
    """
    sounding = 0
    for piece in Collateral.objects.stale(now).with_rows().order_by("pk"):
        for alarm in alarms_of(piece, now):
            sounding += 1
            mark = f"{piece.review_by}" if alarm.kind == REVIEW else f"{piece.publication.pk}"
            key = f"{STALE}{piece.pk}-{alarm.kind}-{mark}"
            announce_alarm(piece, alarm, TITLES[alarm.kind].format(piece=piece.title), key)
            notify(
                users=[piece.owner],
                kind="stale",
                key=key,
                title=TITLES[alarm.kind].format(piece=piece.title),
                url=piece.get_absolute_url(),
                body=f"{alarm.words} Check whether it still holds.",
            )
    return sounding
