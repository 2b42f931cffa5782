from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from feedback.models import Opportunity, User
from objections.actions.collateral import publish_collateral
from objections.actions.moves import due_for, locked, record_move, triage_due
from objections.actions.telling import tell_of_move
from objections.models import Collateral, ContentRequest, Move, Theme
from objections.models.content import RequestState
from objections.raised import deals_in
from objections.workflow import MoveRefused, find_move, missing_for


@transaction.atomic
def request_content(
    *,
    themes: Iterable[Theme],
    title: str,
    type: str,
    by: User,
    brief: str = "",
    owner: User | None = None,
    co_owner: User | None = None,
    size: str = "",
    due_on: date | None = None,
) -> ContentRequest:
    """Asks for content that answers the themes; every open deal with one of their objections waits for it.

    With an owner it is triaged at once and due when its size says, unless a day is given; else it waits for triage.
    Raises `MoveRefused` without a theme.
    """
    themes = list(themes)
    if not themes:
        raise MoveRefused("A request answers at least one theme.")
    request = ContentRequest(title=title, type=type, brief=brief, by=by, owner=owner, co_owner=co_owner)
    if size:
        request.size = size
    today = timezone.localdate()
    request.due_on = (due_on or due_for(request.size, today)) if owner else triage_due(today)
    request._history_user = by
    request.save()
    request.themes.set(themes)
    request.opportunities.set(deals_in(themes).open())
    if owner:
        triage_request(request=request, by=by, owner=owner, co_owner=co_owner, due_on=due_on)
    return request


@transaction.atomic
def change_request(
    *, request: ContentRequest, themes: Iterable[Theme], deals: Iterable[Opportunity], by: User
) -> ContentRequest:
    """Saves edited fields, which keep their history. Themes added bring their open deals along."""
    before = set(request.themes.all())
    request._history_user = by
    request.save()
    request.themes.set(themes)
    request.opportunities.set(deals)
    request.opportunities.add(*deals_in(set(themes) - before).open())
    return request


@transaction.atomic
def triage_request(
    *,
    request: ContentRequest,
    by: User,
    owner: User,
    type: str = "",
    co_owner: User | None = None,
    size: str = "",
    due_on: date | None = None,
    why: str = "",
) -> Move | None:
    """Gives a request its owner, size and due date and moves it to triaged. Without a day the size decides."""
    row = locked(request)
    if row.state == RequestState.TRIAGED:
        return None
    find_move(row, RequestState.TRIAGED)
    row.type, row.size = type or row.type, size or row.size
    row.owner, row.co_owner = owner, co_owner
    row.due_on = due_on or due_for(row.size, timezone.localdate())
    row._history_user = by
    row.save()
    return _moved(request, row, RequestState.TRIAGED, by, why)


@transaction.atomic
def move_request(
    *,
    request: ContentRequest,
    to: str,
    by: User,
    why: str = "",
    into: ContentRequest | None = None,
    routed_to: str = "",
) -> Move | None:
    """Moves a request along the table of `workflow`; to the state it has already, nothing happens.

    What was put live by it are the `publications` of the move returned.

    Raises `MoveRefused` for a move the table does not have, one without its reason, and one something is missing for.
    """
    row, into = _held(request, into)
    if row.state == to:
        return None
    transition = find_move(row, to)
    if transition.needs_why and not why.strip():
        raise MoveRefused("Say why: it is told to whoever asked.")
    if transition.asks == "into":
        _check_merge(row, into)
    if transition.asks == "routed_to" and not routed_to:
        raise MoveRefused("Say which team it goes to.")
    missing = missing_for(row, to)
    if missing:
        raise MoveRefused(f"It still needs {', '.join(missing)}.")
    published = _publish_drafts(row, by) if to == RequestState.PUBLISHED and row.is_unfinished else []
    if published:
        request.refresh_from_db(fields=["state", "due_on"])
        move = row.moves.last()
        move.publications = published
        return move
    return _moved(request, row, to, by, why.strip(), into=into, routed_to=routed_to)


def _held(request, into):
    """Both as they are now, held in one order, so that two merged into each other do not wait for each other."""
    ids = [row.pk for row in (request, into) if row is not None]
    held = ContentRequest.objects.select_for_update().order_by("pk").in_bulk(ids)
    return held[request.pk], held[into.pk] if into is not None else None


def _moved(request, row, to, by, why, into=None, routed_to=""):
    move = record_move(request=row, to=to, by=by, why=why, into=into, routed_to=routed_to)
    if into is not None:
        into.themes.add(*row.themes.all())
        into.opportunities.add(*row.opportunities.all())
    tell_of_move(move)
    request.refresh_from_db(fields=["state", "due_on", "owner", "co_owner", "size", "type"])
    return move


def _check_merge(row, into):
    if into is None or into.pk == row.pk:
        raise MoveRefused("Choose the other request it is merged into.")
    if not into.is_unfinished:
        raise MoveRefused(f"“{into}” is not in the queue any more. Choose one that is.")


def _publish_drafts(row, by):
    """Publishes the newest version of each piece that never was, which moves the request; what was retired stays so."""
    drafts = Collateral.objects.drafts().filter(request=row, versions__isnull=False).distinct()
    return [publish_collateral(collateral=piece, version=piece.versions.first(), by=by) for piece in drafts]
