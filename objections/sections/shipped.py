from datetime import datetime, time

from django.db.models import Count
from django.utils import timezone

from feedback.metrics import Period
from feedback.models import Meeting
from objections.metrics import loop_time
from objections.models import ContentRequest, Publication


def collect(period: Period, meeting: Meeting) -> dict:
    """What went live in the month, how long buyers had waited for it, and what is still being made."""
    loop = loop_time(period)
    live = Publication.objects.filter(at__range=_moments(period)).select_related("collateral", "version")
    live = live.prefetch_related("collateral__themes").annotate(
        uses=Count("collateral__usages__opportunity", distinct=True)
    )
    return {
        "loop_days": loop.days,
        "loop_n": loop.n,
        "unfinished": ContentRequest.objects.unfinished().count(),
        "overdue": ContentRequest.objects.overdue(timezone.localdate()).count(),
        "shipped": [_row(publication, loop.by_theme) for publication in live.order_by("at", "pk")],
    }


def _moments(period: Period) -> tuple[datetime, datetime]:
    """First and last moment of the period in the time zone in force."""
    first, last = period
    return timezone.make_aware(datetime.combine(first, time.min)), timezone.make_aware(datetime.combine(last, time.max))


def _row(publication: Publication, waited: dict[int, int]) -> dict:
    collateral = publication.collateral
    themes = [{"name": theme.name, "waited": waited.get(theme.pk)} for theme in collateral.themes.all()]
    return {
        "id": collateral.pk,
        "title": collateral.title,
        "type": collateral.get_type_display(),
        "version": publication.version.number,
        "on": timezone.localdate(publication.at),
        "uses": publication.uses,
        "themes": themes,
    }
