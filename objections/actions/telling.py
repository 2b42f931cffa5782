"""Who is told what when content is published, declined or sent elsewhere."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator

from feedback.actions.notifications import notify_each
from feedback.metrics import number_of
from feedback.models import Notification, User
from objections.models import ContentRequest, Move, Objection, Publication, Usage
from objections.models.content import RequestState
from objections.raised import latest_voices, open_deals_in


def tell_of_publication(publication: Publication) -> None:
    """Everyone who raised its themes, in the words they logged, and whoever asked for it."""
    piece, key = publication.collateral, publication_key(publication)
    url = piece.get_absolute_url()
    news = f"“{piece.title}” is live" if publication.version.number == 1 else f"“{piece.title}” has a new version"
    voices = latest_voices(piece.themes.all())
    bodies = dict.fromkeys(_askers(piece.request), f"You asked for it. {news}.")
    exposed = open_deals_in(piece.themes.all())
    bodies |= {
        author: f"{what_was_logged(voice)} {news}.{_exposed(exposed, author)}" for author, voice in voices.items()
    }
    bodies.pop(publication.by, None)
    notify_each(bodies=bodies, key=key, title=news, url=url)


def untell_of_publication(publication: Publication) -> None:
    """Takes back what nobody has read yet."""
    Notification.objects.unread().filter(key=publication_key(publication)).delete()


def publication_key(publication: Publication) -> str:
    return f"publication-{publication.pk}"


def tell_of_move(move: Move) -> None:
    """A decline and a result are told to everyone who raised the themes; what else leaves the queue, to whoever asked.

    A result is also told to those who used what came of it.
    """
    request, key = move.request, f"request-move-{move.pk}"
    if move.to_state not in TOLD:
        return
    title = TOLD[move.to_state].format(request=request, into=move.into, team=move.get_routed_to_display().lower())
    url = reverse("objections:request_detail", args=[request.pk])
    to_all = move.to_state == RequestState.DECLINED or move.to_state in RESULTS
    voices = latest_voices(request.themes.all()) if to_all else {}
    reason = f"{'In a word' if move.to_state in RESULTS else 'The reason'}: {move.why}" if move.why else ""
    bodies = dict.fromkeys(_users_of(request), reason) if move.to_state in RESULTS else {}
    bodies |= {request.by: reason}
    exposed = open_deals_in(request.themes.all()) if voices else {}
    bodies |= {
        author: f"{what_was_logged(voice)} {reason}{_exposed(exposed, author)}".strip()
        for author, voice in voices.items()
    }
    bodies.pop(move.by, None)
    notify_each(bodies=bodies, key=key, title=title, url=url)


TOLD = {
    RequestState.DECLINED: "“{request}” was declined",
    RequestState.MERGED: "“{request}” was merged into “{into}”",
    RequestState.ROUTED: "“{request}” went to {team}",
    RequestState.NEEDS_INFO: "“{request}” needs more from you",
    RequestState.WORKED: "“{request}” worked",
    RequestState.NO_EFFECT: "“{request}” had no effect",
    RequestState.INCONCLUSIVE: "“{request}”: too early to say whether it worked",
}
RESULTS = [RequestState.WORKED, RequestState.NO_EFFECT, RequestState.INCONCLUSIVE]


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


def _askers(request: ContentRequest | None) -> list[User]:
    if request is None:
        return []
    merged = ContentRequest.objects.filter(state=RequestState.MERGED, moves__into=request)
    return [request.by, *(other.by for other in merged.select_related("by").distinct())]
