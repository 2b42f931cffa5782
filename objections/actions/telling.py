"""Who is told what when content is published, declined or sent elsewhere."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator

from feedback.actions.notifications import notify_each
from feedback.actions.webhooks import take_back_event
from feedback.metrics import number_of
from feedback.models import Notification, User
from objections.actions.announcing import announce_publication, move_key
from objections.metrics.impact import Impact
from objections.models import (
    Comment,
    ContentRequest,
    Join,
    Move,
    Objection,
    Publication,
    SignOff,
    Usage,
    Verdict,
)
from objections.models.content import CLOSED, RequestState
from objections.raised import latest_voices, open_deals_in
from objections.workflow import Then

PUBLISHED = "publication-"  # how the keys of what tells of one begin


def tell_of_publication(publication: Publication) -> None:
    """Everyone who raised its themes, in the words they logged, and whoever asked for it."""
    piece, key = publication.collateral, publication_key(publication)
    url = piece.get_absolute_url()
    news = f"“{piece.title}” is live" if publication.version.number == 1 else f"“{piece.title}” has a new version"
    voices = latest_voices(piece.themes.all())
    bodies = dict.fromkeys(askers_of(piece.request), f"You asked for it. {news}.")
    exposed = open_deals_in(piece.themes.all())
    bodies |= {
        author: f"{what_was_logged(voice)} {news}.{_exposed(exposed, author)}" for author, voice in voices.items()
    }
    bodies.pop(publication.by, None)
    announce_publication(publication, key)
    notify_each(bodies=bodies, kind="published", key=key, title=news, url=url)


def untell_of_publication(publication: Publication) -> None:
    """Takes back what nobody has read yet."""
    Notification.objects.unread().filter(key=publication_key(publication)).delete()
    take_back_event(key=publication_key(publication))


def publication_key(publication: Publication) -> str:
    return f"{PUBLISHED}{publication.pk}"


def tell_of_move(move: Move, then: Iterable[Then]) -> None:
    """Tells whom the table of `workflow` says, but not whoever made the move.

    A decline and a result are told to everyone who raised the themes, a result also to those who used what came of it.
    """
    request, key = move.request, move_key(move)
    bodies, reason = {}, _reason(move)
    if Then.TELLS_CO_OWNER in then and request.co_owner:
        bodies = {request.co_owner: "Look whether it fits, and sign it off or ask for changes."}
    if Then.TELLS_OWNER in then and request.owner:
        bodies = {request.owner: reason}
    if Then.TELLS_ASKERS in then or Then.TELLS_ALL in then:
        bodies = dict.fromkeys(_users_of(request), reason) if move.to_state in CLOSED else {}
        bodies |= dict.fromkeys(askers_of(request), reason)
    if Then.TELLS_ALL in then:
        exposed = open_deals_in(request.themes.all())
        bodies |= {
            author: f"{what_was_logged(voice)} {reason}{_exposed(exposed, author)}".strip()
            for author, voice in latest_voices(request.themes.all()).items()
        }
    bodies.pop(move.by, None)
    if bodies:
        kind, words = TOLD[move.to_state]
        title = words.format(request=request, into=move.into, team=move.get_routed_to_display().lower())
        notify_each(bodies=bodies, kind=kind, key=key, title=title, url=request.get_absolute_url())


def untell_of_move(move: Move) -> None:
    """Takes back what nobody has read yet."""
    Notification.objects.unread().filter(key=move_key(move)).delete()
    take_back_event(key=move_key(move))


def tell_of_sign_off(row: SignOff) -> None:
    """The owner, that the way is free."""
    request = row.request
    if request.owner and request.owner != row.by:
        told = {"title": f"{row.by} signed off “{request}”", "url": request.get_absolute_url()}
        notify_each(bodies={request.owner: row.words}, kind="signed-off", key=f"sign-off-{row.pk}", **told)


def tell_of_comment(comment: Comment) -> None:
    """Whoever is named in it, the request's owner and co-owner and whoever asked, each once for each comment.

    Without its words, in which a buyer may be named: they are read on the page, by those who may.
    """
    request, by = comment.request, comment.author
    people = {person: "" for person in (request.owner, request.co_owner, *askers_of(request)) if person}
    people.pop(by, None)
    named = dict.fromkeys(comment.mentioned.exclude(pk=by.pk), "")
    key, url = f"comment-{comment.pk}", comment.get_absolute_url()
    notify_each(bodies=named, kind="mention", key=key, title=f"{by} mentioned you on “{request}”", url=url)
    others = {person: "" for person in people if person not in named}
    notify_each(bodies=others, kind="comment", key=key, title=f"{by} commented on “{request}”", url=url)


def untell_of_comment(comment: Comment) -> None:
    """Takes back what nobody has read yet."""
    Notification.objects.unread().filter(key=f"comment-{comment.pk}").delete()


TOLD = {  # the kind of notification and its title
    RequestState.IN_REVIEW: ("sign-off", "“{request}” waits for your sign-off"),
    RequestState.IN_PRODUCTION: ("signed-off", "“{request}” needs changes"),
    RequestState.DECLINED: ("declined", "“{request}” was declined"),
    RequestState.MERGED: ("moved", "“{request}” was merged into “{into}”"),
    RequestState.ROUTED: ("moved", "“{request}” went to {team}"),
    RequestState.NEEDS_INFO: ("moved", "“{request}” needs more from you"),
    RequestState.WORKED: ("result", "“{request}” worked"),
    RequestState.NO_EFFECT: ("result", "“{request}” had no effect"),
    RequestState.INCONCLUSIVE: ("result", "“{request}”: too early to say whether it worked"),
}


def _reason(move: Move) -> str:
    if not move.why:
        return ""
    if move.to_state not in CLOSED:
        return f"The reason: {move.why}"
    verdict = Verdict.objects.filter(move=move).first()
    figures = f" · {Impact.of_json(verdict.figures).in_short}" if verdict and verdict.figures else ""
    return f"In a word: {move.why}{figures}"


def what_was_logged(voice: Objection) -> str:
    """`On 3 May you logged “no SOC 2” at Acme.`"""
    year = "" if voice.heard_on.year == timezone.localdate().year else " Y"
    words = Truncator(voice.text).chars(80) or voice.placement.theme.name
    deal = voice.opportunity
    where = f" at {deal.account or deal.name}" if deal else ""
    return f"On {date_format(voice.heard_on, 'j F' + year)} you logged “{words}”{where}."


def _exposed(exposed: dict[int, int], author: User) -> str:
    """` You have 4 open deals with this theme.`"""
    open_ = exposed.get(author.pk, 0)
    return f" You have {number_of(open_, 'open deal')} that raised it." if open_ else ""


def _users_of(request: ContentRequest) -> list[User]:
    """Those who used a piece that was made for it."""
    return list(User.objects.filter(pk__in=Usage.objects.filter(collateral__request=request).values("by")))


def askers_of(request: ContentRequest | None) -> list[User]:
    """Whoever asked for it or joined, and the same of what was merged into it."""
    askers, seen, rows = {}, set(), [request] if request else []
    while rows:
        ids = [row.pk for row in rows if row.pk not in seen]
        seen |= set(ids)
        askers |= dict.fromkeys(row.by for row in rows)
        joins = Join.objects.live().filter(request__in=ids).select_related("by")
        askers |= dict.fromkeys(join.by for join in joins)
        merged = ContentRequest.objects.filter(state=RequestState.MERGED, moves__into__in=ids).exclude(pk__in=seen)
        rows = list(merged.select_related("by").distinct())
    return list(askers)
