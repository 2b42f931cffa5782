"""Where this app holds what people write freely and who wrote it, and how long earlier wordings are kept."""

from feedback.masking import read_anew
from feedback.personal_data import Holding, add_holding
from feedback.retention import Kind, add_kind
from objections.models import (
    Answer,
    ChecklistItem,
    Collateral,
    Comment,
    ContentRequest,
    Exemplar,
    Join,
    LoggingAddress,
    Mention,
    Merge,
    Move,
    Noted,
    Objection,
    Pin,
    Placement,
    Proposal,
    Publication,
    ReasonCheck,
    Routing,
    RoutingNote,
    ShareLink,
    SignOff,
    Sorting,
    Split,
    Theme,
    TwoInOne,
    Usage,
    Version,
)
from objections.theming.meanings import forget_meanings
from objections.theming.vectors import forget_exemplars, renew_vectors


def register() -> None:
    add_holding(Holding(Objection, ("text", "raised_by", "answer_used"), ("author", "withdrawn_by"), _read_again))
    add_holding(Holding(Usage, ("why",), ("by",), read_anew))
    add_holding(Holding(Comment, ("text",), ("author", "withdrawn_by"), read_anew))
    add_holding(Holding(Mention, ("text", "value")))
    add_holding(Holding(TwoInOne, ("halves",), ("kept_by", "split_by"), read_anew))
    add_holding(Holding(Exemplar, ("text",), (), forget_exemplars))
    add_holding(Holding(Answer, ("text",), ("approved_by",), forget_meanings))
    add_holding(Holding(Collateral, ("title", "summary"), ("owner",), forget_meanings))
    for model, words, people in (
        (Theme, ("name", "definition"), ("made_by",)),
        (Placement, (), ("by", "undone_by")),
        (Merge, (), ("by", "undone_by")),
        (Pin, ("reason",), ("by", "undone_by")),
        (Routing, ("why",), ("by", "ended_by")),
        (RoutingNote, ("text",), ("by",)),
        (Split, (), ("by", "undone_by")),
        (Sorting, (), ("by", "undone_by")),
        (Proposal, ("name", "why", "was", "again", "gone"), ("decided_by",)),
        (ContentRequest, ("title", "brief"), ("owner", "co_owner", "by")),
        (Move, ("why",), ("by",)),
        (ChecklistItem, ("text",), ("by", "done_by", "removed_by")),
        (SignOff, ("words",), ("by",)),
        (Join, (), ("by",)),
        (Noted, (), ("declined_by", "logged_by")),
        (Version, ("file_name", "note", "link"), ("by",)),
        (Publication, (), ("by", "retired_by")),
        (ShareLink, (), ("by", "revoked_by")),
        (ReasonCheck, (), ("by",)),
        (LoggingAddress, (), ("person",)),
    ):
        add_holding(Holding(model, words, people))
    why = "What an objection said before it was changed. The objection itself stays."
    add_kind(Kind("objection-wordings", "Earlier wordings of objections", why, None, _wordings))


def _read_again(objections):
    renew_vectors(objections)
    Mention.objects.filter(objection__in=objections).delete()
    read_anew(objections)


def _wordings(before):
    return [Objection.history.filter(history_date__lt=before)]
