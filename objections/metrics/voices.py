from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth

from feedback.metrics import Share, month_of
from objections.metrics.pairs import Themes, counted_in
from objections.models import Placement


def voices_by_month(themes: Themes, months: Sequence[date]) -> dict[int, list[int]]:
    """Voices heard in each of `months` (first days, in order), for every theme that was heard in them. One query."""
    if not months:
        return {}
    heard = counted_in(themes).filter(
        objection__heard_on__gte=months[0], objection__heard_on__lte=month_of(months[-1])[1]
    )
    rows = heard.order_by().annotate(month=TruncMonth("objection__heard_on")).values("theme", "month")
    place, found = {month: at for at, month in enumerate(months)}, {}
    for row in rows.annotate(voices=Count("pk")):
        if row["month"] in place:
            found.setdefault(row["theme"], [0] * len(months))[place[row["month"]]] = row["voices"]
    return found


def share_in_theme(objections: QuerySet) -> Share:
    """Voices that count and stand in a theme, of all that count. One query."""
    placed = Exists(Placement.objects.live().filter(objection=OuterRef("pk")))
    row = (
        objections.live()
        .order_by()
        .annotate(is_placed=placed)
        .aggregate(placed=Count("pk", filter=Q(is_placed=True)), all=Count("pk"))
    )
    return Share(row["placed"], row["all"])
