from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Exists, OuterRef, QuerySet

from feedback.metrics import Month, Share, month_of
from objections.metrics.pairs import Themes, counted_in
from objections.models import Placement


def voices_by_month(themes: Themes, months: Sequence[date]) -> dict[int, list[int]]:
    """Voices heard in each of `months` (first days, in order), for every theme that was heard in them. One query."""
    if not months:
        return {}
    heard = counted_in(themes).filter(
        objection__heard_on__gte=months[0], objection__heard_on__lte=month_of(months[-1])[1]
    )
    rows = heard.order_by().annotate(month=Month("objection__heard_on")).values_list("theme", "month")
    found, numbers = {}, {f"{month:%Y-%m}": number for number, month in enumerate(months)}
    for theme, month, voices in rows.annotate(voices=Count("pk")):
        found.setdefault(theme, [0] * len(months))[numbers[month]] = voices
    return found


def share_in_theme(objections: QuerySet) -> Share:
    """Voices that count and stand in a theme, of all that count. One query."""
    placed = Exists(Placement.objects.live().filter(objection=OuterRef("pk")))
    rows = objections.live().order_by().annotate(is_placed=placed).values_list("is_placed").annotate(n=Count("pk"))
    found = dict(rows)
    return Share(found.get(True, 0), sum(found.values()))
