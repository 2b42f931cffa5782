"""Themes given to the team that can do something about them, with their requests, and taken back."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from feedback.actions.becomings import carry_links, link_promise, tell_of_end
from feedback.becoming import Promise
from feedback.models import User
from objections.actions.content import move_request
from objections.actions.moves import locked, record_move
from objections.actions.moving import hold_themes, save_theme
from objections.actions.placements import require_active
from objections.actions.telling import tell_of_move, untell_of_move
from objections.becoming import ROUTING
from objections.models import ContentRequest, Routing, RoutingNote, Theme
from objections.models.content import RequestState
from objections.models.themes import Owner
from objections.models.triage import ROUTED
from objections.workflow import Then

UNDONE = "The routing was undone"
TAKEN_BACK = "The theme was taken back"


@transaction.atomic
def route_theme(*, theme: Theme, to: str, why: str, by: User, promise: Promise | None = None) -> Routing:
    """Gives the theme to a team: it leaves marketing's triage, and its requests go along with the same reason.

    A request stays in the queue while it also serves an active theme that is still marketing's; one that went to
    another team with the theme goes on to this one. Routing again to the same team gives the routing that holds. Asked
    from a promise of a meeting, that became it. Raises ThemeGone unless the theme is active.
    """
    routing = _route(_held(theme), to, why, by)
    if promise:
        link_promise(promise=promise, kind=ROUTING, number=routing.pk, by=by)
    return routing


def _route(theme, to, why, by):
    live = _live(theme)
    if live and live.to == to == theme.owner:
        return live
    _end(live, by)
    routing = Routing.objects.create(theme=theme, to=to, why=why, by=by, from_owner=theme.owner, replaces=live)
    _give(theme, to, by)
    moves = [_route_on(move, by, why, to) for move in (_moves(live) if live else ())]
    moves += [move_request(request=row, to="routed", why=why, routed_to=to, by=by) for row in _alone(theme)]
    routing.moves.set(filter(None, moves))
    return routing


@transaction.atomic
def undo_routing(*, routing: Routing, by: User) -> list[ContentRequest] | None:
    """Gives the theme back to who had it before, with the routing that held then and its requests where they were.

    Returns the requests that came back to the queue; None, with nothing changed, when the routing holds no more.
    Raises ThemeGone unless the theme is active.
    """
    theme = _held(routing.theme)
    live = _live(theme)
    if live != routing:
        return None
    if live.from_owner == Owner.MARKETING:
        return _to_marketing(theme, live, by, UNDONE)
    _end(live, by)
    _give(theme, live.from_owner, by, told=False)
    before = live.replaces
    if before:  # its end is told by what replaced it
        Routing.objects.filter(pk=before.pk).update(ended_at=None, ended_by=None)
    returned = []
    for move in _moves(live):
        if before and move.from_state == RequestState.ROUTED:
            before.moves.add(*filter(None, [_route_on(move, by, UNDONE)]))
        elif row := _returned(move, by, UNDONE):
            returned.append(row)
    return returned


@transaction.atomic
def take_back_theme(*, theme: Theme, by: User) -> tuple[list[ContentRequest], Routing | None]:
    """Makes the theme marketing's again and gives back its requests that went along and did not move since, be it with
    another theme they serve too.

    Returns them and the routing this ended, if there was one. What is marketing's already stays as it is.
    Raises ThemeGone unless the theme is active.
    """
    theme = _held(theme)
    live = _live(theme)
    return _to_marketing(theme, live, by, TAKEN_BACK), live


@transaction.atomic
def restore_routing(*, routing: Routing, by: User) -> Routing | None:
    """Routes a theme that was taken back as before: a new routing, so that who took it back stays known.

    The requests that came back go along again, unless they moved since or serve a theme of marketing's. None, with
    nothing changed, when the theme was routed anew meanwhile. Raises ThemeGone unless the theme is active.
    """
    theme = _held(routing.theme)
    if theme.owner != Owner.MARKETING or _live(theme):
        return None
    _give(theme, routing.to, by)
    again = Routing.objects.create(theme=theme, to=routing.to, why=routing.why, by=by)
    routing.notes.update(routing=again)
    carry_links(kind=ROUTING, number=routing.pk, to=again.pk)
    alone = _alone(theme)
    again.moves.set(filter(None, [_along_again(move, by) for move in _moves(routing) if move.request in alone]))
    return again


@transaction.atomic
def note_on_routing(*, routing: Routing, text: str, by: User) -> RoutingNote:
    """What came of it. The same words once more are one note."""
    newest = routing.notes.first()
    if newest and newest.text == text:
        return newest
    note = RoutingNote.objects.create(routing=routing, text=text, by=by)
    words = f"{routing.get_to_display()} answered about “{routing.theme}”"
    tell_of_end(kind=ROUTING, number=routing.pk, mark=f"note-{note.pk}", words=words, by=by)
    return note


def _held(theme):
    """The theme as it is now. All are held: two that share a request must not each wait for the other to be routed."""
    theme = hold_themes()[theme.pk]
    require_active(theme)
    return theme


def _live(theme):
    return Routing.objects.live().filter(theme=theme).first()


def _end(routing, by):
    """Its end is told to whoever promised it, each time it ends: undoing what replaced it lets it hold again."""
    if routing:
        now = timezone.now()
        Routing.objects.filter(pk=routing.pk).update(ended_at=now, ended_by=by)
        words = f"“{routing.theme}” is no longer with {routing.get_to_display().lower()}"
        tell_of_end(kind=ROUTING, number=routing.pk, mark=f"ended-{now.timestamp()}", words=words, by=by)


def _give(theme, owner, by, told=True):
    """`told`: a routing that begins, or ends at marketing's, tells it, so that its history need not."""
    if theme.owner != owner:
        theme.owner, theme._change_reason = owner, ROUTED if told else None
        save_theme(theme, by=by)


def _to_marketing(theme, live, by, why):
    """The requests that came back to the queue. Moves that another theme's routing made are this one's afterwards: if
    the theme is routed again as before, they are what is made again.
    """
    _end(live, by)
    _give(theme, Owner.MARKETING, by, told=bool(live))
    links = Routing.moves.through.objects.select_related("move", "routing").order_by("move__request_id")
    shared = Q(routing__ended_at=None, move__request__in=theme.requests.order_by().values("pk"))
    returned = []
    for link in links.filter(Q(routing=live) | shared):
        row = _returned(link.move, by, why)
        if row:
            returned.append(row)
        if row and link.routing != live:
            link.delete()
            if live:
                live.moves.add(link.move)
    return returned


def _moves(routing):
    """What took its requests along, in the order in which requests are held."""
    return routing.moves.select_related("request").order_by("request_id")


def _alone(theme):
    """Unfinished requests that serve no active theme of marketing's any more, held in one order."""
    others = Theme.objects.active().filter(owner=Owner.MARKETING)
    requests = ContentRequest.objects.unfinished().filter(themes=theme).exclude(themes__in=others)
    return list(requests.select_for_update(of=["self"]).order_by("pk"))


def _route_on(move, by, why, to=""):
    """The move of its request to another team, whose askers are told; without one, back to the team it had before.
    None if it moved since.
    """
    row = locked(move.request)
    run = _run_of(row)
    if move not in run[-1:]:
        return None
    if not to:
        untell_of_move(move)
        return record_move(request=row, to=RequestState.ROUTED, by=by, why=why, routed_to=run[-2].routed_to)
    on = record_move(request=row, to=RequestState.ROUTED, by=by, why=why, routed_to=to)
    tell_of_move(on, [Then.TELLS_ASKERS])
    return on


def _returned(move, by, why):
    """The request as it was before it was routed, unless it moved since."""
    row = locked(move.request)
    run = _run_of(row)
    if move not in run[-1:]:
        return None
    for told in run:
        untell_of_move(told)
    record_move(request=row, to=run[0].from_state, by=by, why=why)
    return row


def _run_of(row):
    """The moves that took it where it is routed: away from the queue, then from team to team. Empty if it is not."""
    run = []
    for move in reversed(row.moves.all() if row.state == RequestState.ROUTED else ()):
        run.insert(0, move)
        if move.from_state != RequestState.ROUTED:
            break
    return run


def _along_again(move, by):
    """The same move once more, if the last that happened to its request was that it came back."""
    row = locked(move.request)
    *_, before, last = [None, None, *row.moves.all()]
    if before != move or last.from_state != RequestState.ROUTED:
        return None
    again = record_move(request=row, to=RequestState.ROUTED, by=by, why=move.why, routed_to=move.routed_to)
    tell_of_move(again, [Then.TELLS_ASKERS])
    return again
