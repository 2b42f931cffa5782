from datetime import date

from django.utils import timezone

from feedback.actions.becomings import tell_of_end
from feedback.business_days import add_business_days, business_days_between
from feedback.models import Company, User
from objections.actions.announcing import announce_move
from objections.becoming import OVER, REQUEST, merged_and_itself
from objections.models import ContentRequest, Move
from objections.models.content import PAUSED, RequestState, Size


def locked(request: ContentRequest) -> ContentRequest:
    """The row as it is now, held until the transaction ends."""
    return ContentRequest.objects.select_for_update().get(pk=request.pk)


def record_move(
    *,
    request: ContentRequest,
    to: str,
    by: User,
    why: str = "",
    into: ContentRequest | None = None,
    routed_to: str = "",
) -> Move:
    """Puts a locked request into a state, writes down who, when and why, and sets its clock. Asks no questions."""
    move = Move.objects.create(
        request=request, from_state=request.state, to_state=to, by=by, why=why, into=into, routed_to=routed_to
    )
    due_on = _due_after(request, move)
    if due_on != request.due_on:
        request.due_on, request._history_user = due_on, by
        request.save(update_fields=["due_on"])
    ContentRequest.objects.filter(pk=request.pk).update(state=to)
    request.state = to
    announce_move(move)
    if to in OVER:
        words = f"“{request}” is now {RequestState(to).label.lower()}"
        for number in merged_and_itself(request):
            tell_of_end(kind=REQUEST, number=number, mark=f"move-{move.pk}", words=words, by=by)
    return move


def triage_due(asked: date) -> date:
    return add_business_days(asked, Company.agreed().triage_days)


def due_for(size: str, start: date) -> date:
    """The day by which a request of that size, triaged on `start`, is due."""
    return add_business_days(start, Size(size).business_days)


def _due_after(request, move):
    """The due date once moved: a pause pushes it by its own length in business days, a new start sets it anew.

    A merge or routing that is undone was a pause.
    """
    undone = move.from_state in (RequestState.MERGED, RequestState.ROUTED) and move.to_state != RequestState.NEW
    if (move.from_state in PAUSED or undone) and request.due_on:
        paused = request.moves.filter(to_state=move.from_state).exclude(pk=move.pk).last()
        if paused:
            length = business_days_between(timezone.localdate(paused.at), timezone.localdate(move.at))
            return add_business_days(request.due_on, length)
        return request.due_on
    if move.to_state == RequestState.NEW:
        return triage_due(timezone.localdate(move.at))
    return request.due_on
