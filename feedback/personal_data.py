"""Where personal data may stand: every kind of row people write freely in, and whose it is.

Each app registers its own; a test holds that no text column of the database is forgotten.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote_plus

from django.db.models import Field, JSONField, Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from feedback.masking import read_anew
from feedback.models import (
    Action,
    ActionUpdate,
    AgendaSection,
    Assignment,
    Attempt,
    Becoming,
    CalendarFeed,
    Category,
    Clock,
    Competitor,
    CompetitorMerge,
    Decision,
    DefinitionProposal,
    Delivery,
    Destination,
    Digest,
    DigestChoice,
    Endpoint,
    Exclusion,
    ExclusionRule,
    Import,
    ImportChange,
    ImportRemark,
    Invitation,
    Invite,
    Judgement,
    Meeting,
    Notification,
    NotificationChoice,
    Opportunity,
    Pack,
    Reason,
    Review,
    SavedFilter,
    SecondCoding,
    SecondFactorReset,
    SectionNote,
    Series,
    Session,
    Snooze,
    Submission,
    SummaryMail,
    Taxonomy,
    Token,
    User,
)
from feedback.redaction import Redaction


@dataclass(frozen=True)
class Holding:
    """One kind of row: `words` are its columns of free text or JSON, `people` its columns that name a user.

    `after(rows)` is called inside the transaction with the rows out of which words were taken.
    """

    model: type[Model]
    words: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    after: Callable[[list[Model]], None] | None = None

    @property
    def title(self) -> str:
        """Plural, as a page says it."""
        name = str(self.model._meta.verbose_name_plural)
        if hasattr(self.model, "history_id"):
            name = name.replace("historical", "earlier versions of")
        return name[0].upper() + name[1:]

    def of(self, person: User) -> QuerySet:
        """The rows that name this person in one of `people`."""
        named = Q()
        for column in self.people:
            named |= Q(**{column: person})
        return self.model._base_manager.filter(named) if self.people else self.model._base_manager.none()

    def rows_with(self, redaction: Redaction) -> QuerySet:
        """The rows that may hold one of its terms; whether they do is for the redaction to say."""
        rows, columns = self.model._base_manager.order_by("pk"), []
        for word in self.words:
            if isinstance(self.model._meta.get_field(word), JSONField):
                rows = rows.annotate(**{f"{word}_as_text": Cast(word, TextField())})
                word = f"{word}_as_text"
            columns.append(word)
        return rows.filter(redaction.may_match(columns)) if columns else rows.none()


KEYS = ("password", "token_hash", "session_key", "session_data")  # open doors, and say nothing about anybody
holdings: dict[type[Model], Holding] = {}


def add_holding(holding: Holding) -> None:
    """Registers a kind of row, and with it the earlier versions that are kept of it."""
    holdings[holding.model] = holding
    history = getattr(holding.model, "history", None)
    if history is not None and holding.words:
        holdings[history.model] = Holding(history.model, holding.words)


@dataclass(frozen=True)
class Place:
    """Where words stand: a kind of row, how many of them, and the first few as (excerpt, address or blank)."""

    title: str
    count: int
    examples: list[tuple[str, str]]


def found(redaction: Redaction, examples: int = 5) -> list[Place]:
    """All places in which the terms stand, closed meetings included."""
    places = [_place(h.title, h.rows_with(redaction), h.words, redaction, examples) for h in holdings.values()]
    packs = Pack.objects.select_related("meeting").order_by("pk")
    places.append(_place("Closed meetings", packs, ("content", "html"), redaction, examples))
    saved = saved_filters_with(redaction)
    places.append(Place("Saved filters", len(saved), [(row.name, "") for row in saved[:examples]]))
    return [place for place in places if place.count]


def saved_filters_with(redaction: Redaction) -> list[SavedFilter]:
    """Those whose name or search holds a term. They go whole: without its words a filter would show other rows."""
    rows = SavedFilter.objects.order_by("pk").iterator(500)
    return [row for row in rows if redaction.count(row.name) or redaction.count(unquote_plus(row.query))]


def _place(title, rows, words, redaction, most) -> Place:
    count, examples = 0, []
    for row in rows.iterator(500):
        spoken = next((getattr(row, word) for word in words if redaction.count(getattr(row, word))), None)
        if spoken is not None:
            count += 1
            if len(examples) < most:
                examples.append((redaction.excerpt(spoken), getattr(row, "get_absolute_url", str)()))
    return Place(title, count, examples)


def everything_of(person: User) -> dict[str, list[dict]]:
    """What is kept of a person of the portal: title → rows as plain values, and what they changed elsewhere."""
    found = {"You": [_plain(person)]}
    for holding in holdings.values():
        rows = [_plain(row) for row in holding.of(person).order_by("pk").iterator(2000)]
        if rows:
            found[holding.title] = rows
    changes = list(_changes_by(person))
    return {**found, "Changes made": changes} if changes else found


def _plain(row: Model) -> dict:
    columns: list[Field] = [field for field in row._meta.concrete_fields if field.name not in KEYS]
    return {
        column.attname: column.value_from_object(row)
        for column in columns
        if column.get_internal_type() not in ("BinaryField", "FileField")
    }


def _changes_by(person: User) -> Iterator[dict]:
    """Which rows they made or changed, and when; the words themselves stand above where they are theirs."""
    for holding in holdings.values():
        history = getattr(holding.model, "history", None)
        if history is not None:
            kept = history.filter(history_user=person).order_by("history_id")
            for pk, at, kind in kept.values_list("id", "history_date", "history_type"):
                yield {"what": f"{holding.model._meta.verbose_name} {pk}", "at": at, "kind": kind}


def register() -> None:
    """What this app holds."""
    add_holding(Holding(Review, ("other_reason", "would_have_changed", "won_because"), ("author",), read_anew))
    for model, words, people in (
        (Opportunity, ("name",), ("owner",)),
        (Submission, (), ("by", "withdrawn_by")),
        (Assignment, (), ("to", "by")),
        (Exclusion, ("reason",), ("by", "undone_by")),
        (ExclusionRule, ("reason",), ("by", "started_by", "ended_by")),
        (Taxonomy, (), ("started_by", "published_by", "discarded_by")),
        (CompetitorMerge, (), ("by", "undone_by")),
        *((model, (), ()) for model in (Destination, Reason, Category, Competitor, Endpoint)),  # for their histories
        (Meeting, ("place",), ("facilitator", "made_by")),
        (Series, ("name", "place"), ("facilitator", "made_by")),
        (Invite, ("event",), ("person",)),
        (SectionNote, ("text",), ("by",)),
        (Decision, ("text", "proof"), ("owner", "by", "changed_by")),
        (AgendaSection, ("title", "prompt"), ("changed_by",)),
        (Clock, (), ("led_by",)),
        (Judgement, ("why",), ("by", "undone_by")),
        (Becoming, (), ("by", "undone_by")),
        (DefinitionProposal, ("text", "formula", "why", "answer"), ("by", "decided_by")),
        (SummaryMail, (), ("person", "by")),
        (Action, ("text",), ("owner", "by", "done_by")),
        (ActionUpdate, ("text",), ("by",)),
        (SecondCoding, (), ("by",)),
        (Notification, ("title", "body"), ("to",)),
        (NotificationChoice, (), ("person",)),
        (Delivery, ("content",), ()),
        (Attempt, ("words",), ()),
        (Invitation, (), ("person", "by", "revoked_by")),
        (Import, (), ("by", "undone_by")),
        (ImportRemark, ("text",), ()),
        (ImportChange, ("before", "after"), ()),
        (SecondFactorReset, (), ("user", "by")),
        (Token, ("name",), ("user", "revoked_by")),
        (Session, (), ("user",)),
        (CalendarFeed, (), ("user",)),
        (DigestChoice, (), ("person",)),
        (Digest, (), ("person",)),
        (Snooze, (), ("by",)),
        (SavedFilter, (), ("owner",)),  # their words: saved_filters_with
    ):
        add_holding(Holding(model, words, people))
