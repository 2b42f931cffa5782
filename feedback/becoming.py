"""What an action or a decision of a meeting can become; apps above add theirs in `AppConfig.ready()`."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from feedback.forms.fields import is_number
from feedback.models import Action, Becoming, Decision, DefinitionProposal, Meeting, Taxonomy, User
from feedback.models.definition_proposals import ProposalState
from feedback.permissions import can_administer, can_link_promise, can_propose_definition, can_read_settings

Promise = Action | Decision


@dataclass(frozen=True)
class Thing:
    """What a promise became, as it stands today; `is_over` once nothing more comes of it."""

    label: str
    url: str
    state: str
    tone: str = ""
    is_over: bool = False


@dataclass(frozen=True)
class Kind:
    """`page` is where one is made: the name of an address that takes `?action=` or `?decision=` and `?next=`.

    `may(user)` tells who can make one there, `found(numbers)` how those rows stand in a bounded number of queries, and
    `opens(user)` who can follow their links.
    """

    key: str
    position: int
    noun: str
    page: str
    may: Callable[[User], bool]
    found: Callable[[Collection[int]], dict[int, Thing]]
    opens: Callable[[User], bool] = lambda user: True


kinds: dict[str, Kind] = {}


def add_becoming(kind: Kind) -> None:
    kinds[kind.key] = kind


@dataclass(frozen=True)
class Offer:
    """One thing this person can make of promises here."""

    words: str
    url: str


def offers_for(user: User) -> list[Offer]:
    """Each with the address to which a promise's query is added, see `query_of`."""
    ordered = sorted(kinds.values(), key=lambda kind: kind.position)
    return [Offer(kind.noun.capitalize(), reverse(kind.page)) for kind in ordered if kind.may(user)]


def query_of(promise: Promise, back: str = "") -> str:
    asked = {promise._meta.model_name: promise.pk} | ({"next": back} if back else {})
    return f"?{urlencode(asked)}"


def promise_asked(request: HttpRequest) -> Promise | None:
    """The action or decision that a page is asked to make something of; None without one this person may link.

    It stands in the address, also of what is posted: the forms of these pages post to their own address.
    """
    asked = request.GET
    found = None
    if is_number(number := asked.get("action", "")):
        found = Action.objects.visible_to(request.user).filter(pk=number)
    elif is_number(number := asked.get("decision", "")):
        found = Decision.objects.filter(meeting__in=Meeting.objects.visible_to(request.user), pk=number)
    promise = found and found.select_related("meeting", "owner").first()
    return promise if promise and can_link_promise(request.user, promise) else None


def words_for_all(promise: Promise) -> str:
    """What it fills in where everybody reads it: the meeting is named once everybody may see that."""
    return f"{promise} ({promise.meeting})" if promise.meeting.is_closed else str(promise)


@dataclass(frozen=True)
class Became:
    """One link of a promise, with how the thing stands."""

    row: Becoming
    noun: str
    thing: Thing


def became_of(promises: Iterable[Promise]) -> dict[Promise, list[Became]]:
    """The links that hold of actions, or of decisions. One query, and what each kind takes; what is gone says so."""
    promises = list(promises)
    if not promises:
        return {}
    noun = promises[0]._meta.model_name
    rows = list(Becoming.objects.live().filter(**{f"{noun}__in": promises}))
    found = {}
    for key in sorted({row.kind for row in rows} & kinds.keys()):
        found[key] = kinds[key].found([row.number for row in rows if row.kind == key])
    by_id, links = {promise.pk: promise for promise in promises}, {promise: [] for promise in promises}
    for row in rows:
        if row.kind in kinds:
            gone = Thing(f"A {kinds[row.kind].noun}", "", "Gone", is_over=True)
            thing = found[row.kind].get(row.number, gone)
            links[by_id[getattr(row, f"{noun}_id")]].append(Became(row, kinds[row.kind].noun, thing))
    return links


@dataclass(frozen=True)
class Origin:
    """From which promise a row came; `url` is the meeting's, blank for those who may not see it yet."""

    promise: Promise
    url: str


def origins_of(kind: str, numbers: Collection[int], user: User) -> dict[int, list[Origin]]:
    """By row, of promises this person may see: of closed meetings, and their own. Two queries at most."""
    rows = Becoming.objects.live().visible_to(user).filter(kind=kind, number__in=numbers)
    rows = list(rows.select_related("action__meeting", "decision__meeting"))
    seen = set(Meeting.objects.visible_to(user).values_list("pk", flat=True)) if rows else set()
    found = {}
    for row in rows:
        meeting = row.promise.meeting
        origin = Origin(row.promise, meeting.get_absolute_url() if meeting.pk in seen else "")
        found.setdefault(row.number, []).append(origin)
    return found


def _proposals(numbers):
    tones = {ProposalState.OPEN: "info", ProposalState.TAKEN: "success"}
    return {
        row.pk: Thing(
            str(row), row.get_absolute_url(), row.get_state_display(), tones.get(row.state, ""), row.state != "open"
        )
        for row in DefinitionProposal.objects.filter(pk__in=numbers)
    }


def _taxonomies(numbers):
    return {row.pk: _taxonomy(row) for row in Taxonomy.objects.filter(pk__in=numbers)}


def _taxonomy(row):
    state, tone = "Draft", "info"
    if row.published_at:
        state, tone = "Published", "success"
    elif row.discarded_at:
        state, tone = "Discarded", ""
    return Thing(f"Version {row.version} of the taxonomy", row.get_absolute_url(), state, tone, not row.is_draft)


def register() -> None:
    """What this app can make of a promise."""
    page = "feedback:definition_proposal_start"
    add_becoming(Kind("definition", 30, "definition change", page, can_propose_definition, _proposals))
    page = "feedback:taxonomy_promised"
    add_becoming(Kind("taxonomy", 40, "taxonomy change", page, can_administer, _taxonomies, can_read_settings))
