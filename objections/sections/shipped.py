from collections.abc import Callable
from datetime import datetime, time

from django.db.models import Count
from django.utils import timezone

from feedback.meetings import Rows
from feedback.metrics import Period
from feedback.models import Meeting
from feedback.points import Point
from objections.metrics import Impact, loop_time
from objections.models import ContentRequest, Publication, Verdict

DEFINITIONS = ("loop-time", "impact")
ROWS = (
    Rows("Collateral", "objections:collateral_export", {}),
    Rows("Content requests", "objections:request_export", {}),
)

MINUTES = 2
MOST = 20  # pieces that are listed one by one


def collect(period: Period, meeting: Meeting, of_the_period: Callable[[], dict]) -> dict:
    """What went live in the month, how long buyers had waited, what measuring came to, and what is still being made."""
    return of_the_period() | {
        "unfinished": ContentRequest.objects.unfinished().count(),
        "overdue": ContentRequest.objects.overdue(timezone.localdate()).count(),
    }


def beforehand(period: Period, meeting: Meeting) -> dict:
    loop, moments = loop_time(period), _moments(period)
    verdicts = Verdict.objects.in_force().filter(move__at__range=moments).select_related("move__request")
    live = Publication.objects.filter(at__range=moments).select_related("collateral", "version")
    live = live.prefetch_related("collateral__themes").annotate(
        uses=Count("collateral__usages__opportunity", distinct=True)
    )
    listed = sorted(live.order_by("-uses", "at", "pk")[:MOST], key=lambda publication: (publication.at, publication.pk))
    return {
        "loop_days": loop.days,
        "loop_n": loop.n,
        "results": [_result(verdict) for verdict in verdicts.order_by("move__at", "move_id")],
        "shipped": [_row(publication, loop.by_theme) for publication in listed],
        "shipped_more": live.count() - len(listed),
    }


def points(data: dict) -> list[Point]:
    return [Point("loop", "Loop time, first heard to answer live", "days", data["loop_days"], data["loop_n"])]


def _moments(period: Period) -> tuple[datetime, datetime]:
    """First and last moment of the period in the time zone in force."""
    first, last = period
    return timezone.make_aware(datetime.combine(first, time.min)), timezone.make_aware(datetime.combine(last, time.max))


def _result(verdict: Verdict) -> dict:
    """What a person said of a request that was measured, with the figures of that moment; who said it is not named."""
    return {
        "id": verdict.request.pk,
        "title": verdict.request.title,
        "label": verdict.label,
        "tone": verdict.tone,
        "words": verdict.words,
        "figures": Impact.of_json(verdict.figures).in_short if verdict.figures else "",
    }


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
