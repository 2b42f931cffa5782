"""What became of objections: heard → in a theme → asked for → answer live → used on the deal, each with its day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Min
from django.utils import timezone

from feedback.models import User
from objections.models import Collateral, ContentRequest, Objection, Publication, Usage
from objections.models.content import RequestState

FRUITLESS = [RequestState.DECLINED, RequestState.MERGED, RequestState.ROUTED, RequestState.RETIRED]


@dataclass(frozen=True)
class Step:
    """One step of the way; `on` is the day it was reached, None while it was not."""

    name: str
    on: date | None
    is_now: bool = False
    note: str = ""


@dataclass(frozen=True)
class Way:
    """The way of one objection, and the piece that answers it now, if one does."""

    objection: Objection
    steps: list[Step]
    piece: Collateral | None


def ways_of(objections: Iterable[Objection], user: User) -> list[Way]:
    """The way of each, as this person used the answers on its deal. Four queries for all of them."""
    objections = list(objections)
    themes = {row.placement.theme_id for row in objections if row.placement}
    asked, declined = _asked(themes)
    live = _live(themes)
    used = _used(objections, themes, user)
    return [_way(row, asked, declined, live, used) for row in objections]


def _way(objection, asked, declined, live, used):
    placement = objection.placement
    theme = placement.theme_id if placement else None
    piece, since = live.get(theme, (None, None))
    asked_at, refused = asked.get(theme), ""
    if asked_at is None and theme in declined:
        why, asked_at = declined[theme]
        refused = f"Declined: {why}"
    reached = [
        ("Heard", objection.heard_on, ""),
        ("In a theme", _day(placement.at) if placement else None, ""),
        ("Asked for", _day(asked_at), refused),
        ("Answer live", since, ""),
        ("You used it", _day(used.get((objection.opportunity_id, theme))), ""),
    ]
    last = max(at for at, (_, on, _) in enumerate(reached) if on)
    steps = [Step(name, on, is_now=at == last + 1, note=note) for at, (name, on, note) in enumerate(reached)]
    return Way(objection, steps, piece)


def _asked(themes):
    """(theme → when content was first asked for and not refused, theme → (why it was declined last, when asked for))"""
    rows = ContentRequest.themes.through.objects.filter(theme__in=themes)
    standing = rows.exclude(contentrequest__state__in=FRUITLESS)
    asked = dict(standing.values_list("theme").annotate(Min("contentrequest__at")))
    moves = rows.filter(contentrequest__state=RequestState.DECLINED, contentrequest__moves__to_state="declined")
    told = ("theme", "contentrequest__moves__why", "contentrequest__at")
    declined = {theme: (why, at) for theme, why, at in moves.order_by("contentrequest__moves__at").values_list(*told)}
    return asked, declined


def _live(themes):
    """theme → (the piece that went live last, the day on which the first of those live now did)"""
    publications = Publication.objects.live().filter(collateral__themes__in=themes)
    found = {}
    for row in publications.order_by("at").annotate(theme=F("collateral__themes")).select_related("collateral"):
        since = found[row.theme][1] if row.theme in found else timezone.localdate(row.at)
        found[row.theme] = (row.collateral, since)
    return found


def _used(objections, themes, user):
    """(deal, theme) → when this person first used an answer to it there"""
    deals = {row.opportunity_id for row in objections if row.opportunity_id}
    usages = Usage.objects.filter(by=user, opportunity__in=deals, collateral__themes__in=themes).order_by()
    rows = usages.values_list("opportunity", "collateral__themes").annotate(first=Min("at"))
    return {(deal, theme): first for deal, theme, first in rows}


def _day(at):
    return timezone.localdate(at) if at else None
