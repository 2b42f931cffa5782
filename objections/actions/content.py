from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from feedback.actions.becomings import link_promise
from feedback.becoming import Promise
from feedback.models import Opportunity, User
from objections.actions.announcing import announce_request
from objections.actions.checklists import make_checklist
from objections.actions.collateral import publish_collateral
from objections.actions.moves import due_for, locked, record_move, triage_due
from objections.actions.sign_offs import newest_version, sign_off
from objections.actions.telling import tell_of_move, untell_of_move
from objections.becoming import REQUEST
from objections.metrics.impact import answers_of, impact
from objections.models import Collateral, ContentRequest, Move, SignOff, Theme, Verdict
from objections.models.content import CLOSED, RequestState
from objections.models.sign_offs import Opinion
from objections.raised import deals_in
from objections.workflow import MoveRefused, Then, Transition, find_move, missing_for

EDITED = ["title", "type", "owner", "co_owner", "size", "due_on"]


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
    deal: Opportunity | None = None,
    promise: Promise | None = None,
) -> ContentRequest:
    """Asks for content that answers the themes; every open deal with one of their objections waits for it, and `deal`.

    With an owner it is triaged at once and due when its size says, unless a day is given; else it waits for triage.
    Asked from a promise of a meeting, that became it. Raises `MoveRefused` without a theme.
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
    announce_request(request)
    request.opportunities.set(deals_in(themes).open())
    if deal:
        request.opportunities.add(deal)
    if promise:
        link_promise(promise=promise, kind=REQUEST, number=request.pk, by=by)
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
    request.save(update_fields=EDITED)  # the brief is written on its own page, maybe by somebody else just now
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
    transition = find_move(row, RequestState.TRIAGED)
    row.type, row.size = type or row.type, size or row.size
    row.owner, row.co_owner = owner, co_owner
    row.due_on = due_on or due_for(row.size, timezone.localdate())
    row._history_user = by
    row.save()
    return _moved(request, row, transition, by, why)


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
        raise MoveRefused(_why_is_asked(row, transition))
    if transition.asks == "into":
        _check_merge(row, into)
    if transition.asks == "routed_to" and not routed_to:
        raise MoveRefused("Say which team it goes to.")
    missing = missing_for(row, to)
    if missing:
        raise MoveRefused(f"It still needs {', '.join(missing)}.")
    published = _publish_drafts(row, by) if Then.PUBLISHES in transition.then else []
    if published:
        request.refresh_from_db(fields=["state", "due_on"])
        move = row.moves.last()
        move.publications = published
        return move
    return _moved(request, row, transition, by, why.strip(), into=into, routed_to=routed_to)


def make_move(*, request: ContentRequest, transition: Transition, answers: dict, by: User) -> Move | None:
    """Makes a move of the table with what its form was answered, as `triage_request` or `move_request`."""
    if transition.asks == "triage":
        return triage_request(request=request, by=by, **answers)
    return move_request(request=request, to=transition.to, by=by, **answers)


def give_verdict(*, request: ContentRequest, verdict: str, version: int | None, words: str, by: User) -> None:
    """Signs off the version that was looked at, or sends it back into production. Raises `MoveRefused`."""
    if verdict == Opinion.FITS:
        sign_off(request=request, by=by, seen=version, words=words)
    else:
        move_request(request=request, to=RequestState.IN_PRODUCTION, why=words, by=by)


@transaction.atomic
def undo_merge(*, request: ContentRequest, by: User) -> Move | None:
    """Brings a merged request back to where it was; the other keeps of its themes and deals only what it had before.

    Nothing happens to one that is not merged any more. Deals that somebody joined the other with stay there.
    """
    merge = request.moves.last()
    row, into = _held(request, merge.into if merge else None)
    merge = row.moves.last()
    if row.state != RequestState.MERGED or merge is None or merge.into_id is None or into is None:
        return None
    carried = merge.carried_themes.all()
    if into.themes.exclude(pk__in=carried).exists():
        into.themes.remove(*carried)
    joined = into.joins.live().exclude(opportunity=None).values("opportunity")
    into.opportunities.remove(*merge.carried_deals.exclude(pk__in=joined))
    untell_of_move(merge)
    move = record_move(request=row, to=merge.from_state, by=by, why="The merge was undone")
    request.refresh_from_db(fields=["state", "due_on"])
    return move


def _held(request, into):
    """Both as they are now, held in one order, so that two merged into each other do not wait for each other."""
    ids = [row.pk for row in (request, into) if row is not None]
    held = ContentRequest.objects.select_for_update().order_by("pk").in_bulk(ids)
    return held[request.pk], held[into.pk] if into is not None else None


def _moved(request, row, transition, by, why, into=None, routed_to=""):
    version = newest_version(row) if Then.RECORDS_CHANGES in transition.then else None
    move = record_move(request=row, to=transition.to, by=by, why=why, into=into, routed_to=routed_to)
    if Then.RECORDS_CHANGES in transition.then:
        SignOff.objects.create(request=row, by=by, verdict=Opinion.CHANGES, words=why, version=version)
    if Then.MAKES_CHECKLIST in transition.then:
        make_checklist(request=row, by=by)
    if Then.CARRIES in transition.then:
        _carry(move)
    if Then.KEEPS_FIGURES in transition.then:
        _keep_figures(move)
    tell_of_move(move, transition.then)
    request.refresh_from_db(fields=["state", "due_on", "owner", "co_owner", "size", "type"])
    return move


def _keep_figures(move):
    """Keeps what the figures said when somebody closed the request by them."""
    found = impact(*answers_of(move.request), timezone.localdate(move.at))
    Verdict.objects.create(move=move, figures=found.as_json() if found else None)


def _carry(move):
    """Themes and deals go along; kept with the move is what the other did not have."""
    row, into = move.request, move.into
    move.carried_themes.set(row.themes.exclude(pk__in=into.themes.values("pk")))
    move.carried_deals.set(row.opportunities.exclude(pk__in=into.opportunities.values("pk")))
    into.themes.add(*move.carried_themes.all())
    into.opportunities.add(*move.carried_deals.all())


def _why_is_asked(row, transition):
    if transition.to == RequestState.APPROVED:
        return f"{row.co_owner} has not signed off what there is now. Say why it is approved all the same."
    if transition.to in CLOSED:
        return "Say in a word what it did."
    return "Say why: it is told to whoever asked."


def _check_merge(row, into):
    if into is None or into.pk == row.pk:
        raise MoveRefused("Choose the other request it is merged into.")
    if not into.is_unfinished:
        raise MoveRefused(f"“{into}” is not in the queue any more. Choose one that is.")


def _publish_drafts(row, by):
    """Publishes the newest version of each piece that never was, which moves the request; what was retired stays so."""
    drafts = Collateral.objects.drafts().filter(request=row, versions__isnull=False).distinct()
    return [publish_collateral(collateral=piece, version=piece.versions.first(), by=by) for piece in drafts]
