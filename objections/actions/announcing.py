"""What other programs are told of: names of themes and collateral, kinds, states and numbers; nothing people wrote.

Titles and briefs of requests stay here too: whoever asks may quote a buyer in them.
"""

from feedback.actions.webhooks import announce
from feedback.webhooks.formats import Content
from objections.alarms import Alarm
from objections.models import Answer, Collateral, ContentRequest, Move, Publication
from objections.models.content import CLOSED, RequestState

NAMED = 3  # themes named in a sentence


def announce_answer(answer: Answer) -> None:
    def said():
        theme = answer.theme
        words = f"Words to say to “{theme.name}” are approved."
        return {"words": words, "path": theme.get_absolute_url(), "data": {"theme": _of(theme)}}

    announce(event="answer.approved", key=answer_key(answer), said=said)


def answer_key(answer: Answer) -> str:
    return f"answer-{answer.pk}"


def announce_publication(publication: Publication, key: str) -> None:
    announce(event="collateral.published", key=key, said=lambda: published_content(publication))


def published_content(publication: Publication) -> Content:
    piece, number = publication.collateral, publication.version.number
    themes = list(piece.themes.all())
    news = "is live" if number == 1 else "has a new version"
    return {
        "words": f"“{piece.title}” {news}.{f' It answers {_named(themes)}.' if themes else ''}",
        "path": piece.get_absolute_url(),
        "data": {"collateral": {**_piece(piece), "version": number}, "themes": [_of(theme) for theme in themes]},
    }


def announce_alarm(piece: Collateral, alarm: Alarm, words: str, key: str) -> None:
    content = {
        "words": words,
        "path": piece.get_absolute_url(),
        "data": {"collateral": _piece(piece), "alarm": alarm.kind},
    }
    announce(event="collateral.alarm", key=key, said=lambda: content)


def announce_request(request: ContentRequest) -> None:
    def said():
        themes = list(request.themes.all())
        data = {"request": _request(request), "themes": [_of(theme) for theme in themes]}
        words = f"Content is asked for: {_what(request, themes)}."
        return {"words": words, "path": request.get_absolute_url(), "data": data}

    announce(event="request.made", key=f"request-{request.pk}", said=said)


def announce_move(move: Move) -> None:
    announce(event=event_of(move), key=move_key(move), said=lambda: moved_content(move))


def event_of(move: Move) -> str:
    if move.to_state in CLOSED:
        return "request.closed"
    return "request.declined" if move.to_state == RequestState.DECLINED else "request.moved"


def moved_content(move: Move) -> Content:
    request = move.request
    themes = list(request.themes.all())
    states = [RequestState(state).label.lower() for state in (move.from_state, move.to_state)]
    moved = {**_request(request), "from": move.from_state, "to": move.to_state}
    return {
        "words": f"Request {request.pk} ({_what(request, themes)}): {' → '.join(states)}",
        "path": request.get_absolute_url(),
        "data": {"request": moved, "themes": [_of(theme) for theme in themes]},
    }


def move_key(move: Move) -> str:
    return f"request-move-{move.pk}"


def _of(theme):
    return {"id": theme.pk, "name": theme.name}


def _piece(piece):
    return {"id": piece.pk, "title": piece.title, "type": piece.type}


def _request(request):
    return {"id": request.pk, "type": request.type}


def _what(request, themes):
    """`security pack for “No security sign-off”`"""
    kind = request.get_type_display().lower() if request.type else "content"
    return f"{kind} for {_named(themes)}" if themes else kind


def _named(themes):
    names = ", ".join(f"“{theme.name}”" for theme in themes[:NAMED])
    return f"{names} and {len(themes) - NAMED} more" if len(themes) > NAMED else names
