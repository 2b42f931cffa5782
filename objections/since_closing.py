"""What this app adds to why the figures of a closed meeting's days are others today."""

from feedback.since_closing import Change, add_look
from objections.models import Objection


def register() -> None:
    add_look(_logged)


def _logged(period, closed_at):
    heard = Objection.objects.live().filter(heard_on__range=period, logged_at__gt=closed_at)
    ids = set(heard.order_by().values_list("pk", flat=True))
    yield Change.of(ids, "objection", "logged", "objections:objection_list")
