"""What this app makes of actions and decisions of a meeting: content requests and theme routes."""

from collections.abc import Collection

from django.db.models import OuterRef, QuerySet, Subquery

from feedback.becoming import Kind, Thing, add_becoming
from objections.models import ContentRequest, Move, Routing
from objections.models.content import CLOSED, UNFINISHED, RequestState
from objections.permissions import can_ask_for_content, can_curate

REQUEST, ROUTING = "request", "routing"
OVER = [*CLOSED, RequestState.DECLINED, RequestState.RETIRED]
TONES = {RequestState.WORKED: "success", RequestState.DECLINED: "danger"}


def register() -> None:
    page = "objections:request_create"
    add_becoming(Kind(REQUEST, 10, "content request", page, can_ask_for_content, _requests))
    add_becoming(Kind(ROUTING, 20, "theme route", "objections:routing_start", can_curate, _routings))


def merged_and_itself(request: ContentRequest) -> list[int]:
    """Its number and those of the requests merged into it, which it goes on for."""
    found, fresh = [], [request.pk]
    while fresh:
        found += fresh
        merged = _merged().filter(heir__in=fresh).exclude(pk__in=found)
        fresh = list(merged.order_by().values_list("pk", flat=True))
    return found


def _merged() -> QuerySet[ContentRequest]:
    """With their `heir`, the number of the request that goes on for them."""
    merges = Move.objects.filter(request=OuterRef("pk"), to_state=RequestState.MERGED).order_by("-pk")
    return ContentRequest.objects.filter(state=RequestState.MERGED).annotate(heir=Subquery(merges.values("into")[:1]))


def _requests(numbers: Collection[int]) -> dict[int, Thing]:
    """A request that was merged stands as the one does that it went into."""
    heirs = {number: number for number in numbers}
    rows = ContentRequest.objects.in_bulk(heirs)
    while merged := [pk for pk in {*heirs.values()} if pk in rows and rows[pk].state == RequestState.MERGED]:
        into = dict(_merged().filter(pk__in=merged).values_list("pk", "heir"))
        heirs = {number: into.get(heir, heir) for number, heir in heirs.items()}
        rows |= ContentRequest.objects.in_bulk(into.values())
    return {number: _request(rows[heir]) for number, heir in heirs.items() if heir in rows}


def _request(row):
    tone = TONES.get(row.state, "info" if row.state in UNFINISHED else "")
    return Thing(row.title, row.get_absolute_url(), row.get_state_display(), tone, row.state in OVER)


def _routings(numbers):
    """A routing is over once the team answered, or the theme went on or came back."""
    rows = Routing.objects.filter(pk__in=numbers).select_related("theme").prefetch_related("notes")
    return {row.pk: _routing(row) for row in rows}


def _routing(row):
    if row.ended_at:
        state, tone = "No longer there", ""
    elif row.notes.all():
        state, tone = "Answered", "success"
    else:
        state, tone = "Not answered yet", "info"
    return Thing(str(row), row.theme.get_absolute_url(), state, tone, tone != "info")
