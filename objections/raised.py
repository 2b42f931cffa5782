"""Who raised some themes, and on which deals."""

from collections.abc import Iterable

from django.db.models import Count, Window
from django.db.models.functions import RowNumber

from feedback.models import Opportunity, User
from objections.models import Objection, Placement, Theme


def voices_in(themes: Iterable[Theme]):
    """Live objections placed in one of the themes."""
    counted = Placement.objects.counted().filter(theme__in=list(themes))
    return Objection.objects.filter(pk__in=counted.values("objection"))


def deals_in(themes: Iterable[Theme]):
    """Deals with a live objection in one of the themes."""
    return Opportunity.objects.filter(pk__in=voices_in(themes).order_by().values("opportunity"))


def latest_voices(themes: Iterable[Theme]) -> dict[User, Objection]:
    """Everyone with a live objection in one of the themes, with the last one they heard; two queries."""
    newest_first = Window(RowNumber(), partition_by="author", order_by=["-heard_on", "-id"])
    last = voices_in(themes).order_by().annotate(place=newest_first).filter(place=1)
    voices = Objection.objects.filter(pk__in=last.values("pk"))
    return {voice.author: voice for voice in voices.with_rows()}


def open_deals_in(themes: Iterable[Theme]) -> dict[int, int]:
    """Owner's id → how many open deals of theirs have a live objection in one of the themes; one query."""
    return dict(deals_in(themes).open().order_by().exclude(owner=None).values_list("owner").annotate(Count("pk")))
