from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from feedback.business_days import last_business_day
from objections.models import Answer, ContentRequest, Publication, Theme
from objections.models.content import PAUSED, UNFINISHED, RequestState
from objections.models.themes import Owner

# How far a request has come; what waits or is paused stands behind what moves.
PROGRESS = [
    RequestState.ON_HOLD,
    RequestState.NEEDS_INFO,
    RequestState.NEW,
    RequestState.TRIAGED,
    RequestState.BRIEFED,
    RequestState.IN_PRODUCTION,
    RequestState.IN_REVIEW,
    RequestState.APPROVED,
]
AFTERWARDS = {RequestState.MEASURING: "measuring", RequestState.WORKED: "worked", RequestState.NO_EFFECT: "no effect"}


@dataclass(frozen=True)
class AnswerState:
    """Where the answer to a theme stands. `key`: published, requested, words, routed, declined or none.

    `label` is for a pill and `tone` its colour; `due_on` is the day of the request furthest on, or None.
    """

    key: str
    label: str
    tone: str
    due_on: date | None = None
    request_id: int | None = None

    @property
    def is_answered(self) -> bool:
        return self.key == "published"


def answer_state(themes: Iterable[Theme]) -> dict[int, AnswerState]:
    """The state for each of these theme rows, by id. Two queries for all of them."""
    owners = {theme.pk: theme.owner for theme in themes}
    published = Publication.objects.live().filter(collateral__themes=OuterRef("pk"))
    words = Answer.objects.filter(theme=OuterRef("pk"), retired_at=None)
    answered = {
        pk: (is_published, has_words)
        for pk, is_published, has_words in Theme.objects.filter(pk__in=owners)
        .order_by()
        .annotate(is_published=Exists(published), has_words=Exists(words))
        .values_list("pk", "is_published", "has_words")
    }
    requests = {pk: [] for pk in owners}
    for theme, pk, state, due_on in _telling_requests(owners):
        if theme in requests:
            requests[theme].append((pk, RequestState(state), due_on))
    return {
        pk: _published(requests[pk])
        if answered[pk][0]
        else _unpublished(owner, requests[pk], has_words=answered[pk][1])
        for pk, owner in owners.items()
    }


def _telling_requests(themes: Iterable[int]) -> QuerySet:
    """(theme, request, state, due day) of the requests that tell the state of an answer: of each theme and state the
    last that is over and the first that is not, in the order of their due days.
    """
    through = ContentRequest.themes.through.objects.filter(theme__in=themes)
    by_due = [F("contentrequest__due_on").asc(nulls_last=True), "contentrequest"]
    backwards = [F("contentrequest__due_on").desc(nulls_first=True), "-contentrequest"]
    same = {"partition_by": ["theme", "contentrequest__state"]}
    is_first = Q(first=1, contentrequest__state__in=UNFINISHED)
    is_last = Q(last=1) & ~Q(contentrequest__state__in=UNFINISHED)
    ranked = through.annotate(
        first=Window(RowNumber(), order_by=by_due, **same), last=Window(RowNumber(), order_by=backwards, **same)
    ).filter(is_first | is_last)
    columns = ("theme", "contentrequest", "contentrequest__state", "contentrequest__due_on")
    return ranked.order_by(*by_due).values_list(*columns)


def _published(requests) -> AnswerState:
    after = next((AFTERWARDS[state] for _, state, _ in reversed(requests) if state in AFTERWARDS), "")
    return AnswerState("published", f"Published · {after}" if after else "Published", "success")


def _unpublished(owner: str, requests, *, has_words: bool) -> AnswerState:
    working = [request for request in requests if request[1] in UNFINISHED]
    if working:
        return _requested(*max(working, key=lambda request: PROGRESS.index(request[1])))
    states = {state for _, state, _ in requests}
    if has_words:
        return AnswerState("words", "Words only", "info")
    if owner != Owner.MARKETING:
        return AnswerState("routed", f"Routed to {Owner(owner).label.lower()}", "info")
    if RequestState.ROUTED in states:
        return AnswerState("routed", "Routed elsewhere", "info")
    if RequestState.DECLINED in states:
        return AnswerState("declined", "Declined", "danger")
    return AnswerState("none", "No answer", "danger")


def _requested(pk: int, state: RequestState, due_on: date | None) -> AnswerState:
    label = "Requested" if state == RequestState.NEW else state.label
    if due_on is None or state in PAUSED:
        return AnswerState("requested", label, "warning", None, pk)
    late = due_on < last_business_day(timezone.localdate())
    words = f"late since {due_on:%-d %b}" if late else f"due {due_on:%-d %b}"
    return AnswerState("requested", f"{label} · {words}", "danger" if late else "warning", due_on, pk)
