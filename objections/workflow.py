"""The one table of moves a content request can make: who may, what is required, what is asked, what happens.

Pages draw their buttons from it, pages and API ask it who may, actions obey it.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from feedback.business_days import business_days_between, last_business_day
from feedback.models import User
from objections import permissions
from objections.models import ContentRequest
from objections.models.content import CLOSED, PAUSED, RequestState

S = RequestState


class MoveRefused(ValueError):
    """A move the table does not allow, or one that something is missing for; the message is for the person."""


class Then(StrEnum):
    """What a move sets off beside the new state and, where a pause begins or ends, its clock."""

    MAKES_CHECKLIST = "the checklist of its type, while it has none"
    PUBLISHES = "its drafts go live"
    CARRIES = "its themes, deals and askers go along"
    KEEPS_FIGURES = "what the figures said is kept with it"
    RECORDS_CHANGES = "kept as a sign-off that was refused"
    TELLS_CO_OWNER = "the sales co-owner is told"
    TELLS_OWNER = "its owner is told"
    TELLS_ASKERS = "whoever asked is told"
    TELLS_ALL = "whoever asked, raised its themes or used what came of it is told"


@dataclass(frozen=True)
class Transition:
    """A move out of a state: `who` may is a predicate of `permissions`, `then` what else happens.

    `asks` is what its form asks beside the why: "triage", "into", "routed_to" or nothing.
    """

    to: RequestState
    label: str
    who: str = "can_move_request"
    needs_why: bool = False
    asks: str = ""
    then: tuple[Then, ...] = ()

    @property
    def is_aside(self) -> bool:
        return self.to in SET_ASIDE

    @property
    def needs_form(self) -> bool:
        return self.needs_why or bool(self.asks)

    @property
    def needs(self) -> tuple[str, ...]:
        """What the request has to have, whichever way it comes into the state: keys of `HAS`."""
        return REQUIRED.get(self.to, ())


DROPPED = [S.DECLINED, S.MERGED, S.ROUTED]
SET_ASIDE = [*PAUSED, *DROPPED, S.RETIRED]

PLANNED = ("a type", "an owner", "a size", "a due date")
REQUIRED = {
    S.TRIAGED: PLANNED,
    S.BRIEFED: (*PLANNED, "a brief"),
    S.IN_PRODUCTION: PLANNED,
    S.IN_REVIEW: PLANNED,
    S.APPROVED: PLANNED,
    S.PUBLISHED: (*PLANNED, "collateral with a file or a link"),
}
HAS = {
    "a type": lambda request: request.type,
    "an owner": lambda request: request.owner_id,
    "a size": lambda request: request.size,
    "a due date": lambda request: request.due_on,
    "a brief": lambda request: request.brief.strip(),
    "collateral with a file or a link": lambda request: _has_collateral(request),
}

NEEDS_INFO = Transition(S.NEEDS_INFO, "Ask for more", needs_why=True, then=(Then.TELLS_ASKERS,))
ON_HOLD = Transition(S.ON_HOLD, "Put on hold", needs_why=True)
DROPPING = [
    Transition(S.MERGED, "Merge into another", asks="into", then=(Then.CARRIES, Then.TELLS_ASKERS)),
    Transition(S.ROUTED, "Route to another team", asks="routed_to", then=(Then.TELLS_ASKERS,)),
    Transition(S.DECLINED, "Decline", needs_why=True, then=(Then.TELLS_ALL,)),
]
ASIDE = [NEEDS_INFO, ON_HOLD, *DROPPING]
REVIEW = Transition(S.IN_REVIEW, "Send to review", then=(Then.TELLS_CO_OWNER,))
APPROVE = Transition(S.APPROVED, "Approve")
PUBLISH = Transition(S.PUBLISHED, "Publish", then=(Then.PUBLISHES,))
RETIRE = Transition(S.RETIRED, "Retire")
TAKE_UP = Transition(S.NEW, "Take it up again")
RESUME = Transition(S.NEW, "Resume")
BRING_BACK = Transition(S.PUBLISHED, "Bring it back")

# The first of a state is its obvious next step.
TRANSITIONS: dict[str, list[Transition]] = {
    S.NEW: [Transition(S.TRIAGED, "Triage", asks="triage", then=(Then.MAKES_CHECKLIST,)), *ASIDE],
    S.TRIAGED: [
        Transition(S.BRIEFED, "Brief is ready"),
        Transition(S.IN_PRODUCTION, "Start production"),
        PUBLISH,
        *ASIDE,
    ],
    S.BRIEFED: [
        Transition(S.IN_PRODUCTION, "Start production"),
        Transition(S.TRIAGED, "Back to triaged"),
        PUBLISH,
        *ASIDE,
    ],
    S.IN_PRODUCTION: [
        REVIEW,
        Transition(S.BRIEFED, "Back to the brief"),
        PUBLISH,
        *ASIDE,
    ],
    S.IN_REVIEW: [
        APPROVE,
        Transition(
            S.IN_PRODUCTION,
            "Ask for changes",
            who="can_ask_for_changes",
            needs_why=True,
            then=(Then.RECORDS_CHANGES, Then.TELLS_OWNER),
        ),
        PUBLISH,
        *ASIDE,
    ],
    S.APPROVED: [PUBLISH, replace(REVIEW, label="Back to review"), *ASIDE],
    S.PUBLISHED: [Transition(S.MEASURING, "Start measuring"), RETIRE],
    S.MEASURING: [
        Transition(S.WORKED, "It worked", needs_why=True, then=(Then.KEEPS_FIGURES, Then.TELLS_ALL)),
        Transition(S.NO_EFFECT, "No effect", needs_why=True, then=(Then.KEEPS_FIGURES, Then.TELLS_ALL)),
        Transition(S.INCONCLUSIVE, "Inconclusive", needs_why=True, then=(Then.KEEPS_FIGURES, Then.TELLS_ALL)),
        RETIRE,
    ],
    **{closed: [Transition(S.MEASURING, "Measure again"), RETIRE] for closed in CLOSED},
    S.NEEDS_INFO: [RESUME, ON_HOLD, *DROPPING],
    S.ON_HOLD: [RESUME, NEEDS_INFO, *DROPPING],
    **{dropped: [TAKE_UP] for dropped in DROPPED},
    S.RETIRED: [BRING_BACK],
}


def moves_open_to(request: ContentRequest) -> list[Transition]:
    """The moves the table allows now, the next step first.

    Resuming leads to where the request was set aside. Approving what the sales co-owner has not signed off needs a why.
    """
    return [_as_it_stands(move, request) for move in TRANSITIONS[request.state]]


def _as_it_stands(move, request):
    if move in (RESUME, BRING_BACK):
        return replace(move, to=state_left(request))
    if move == APPROVE and request.co_owner_id and not request.is_signed_off:
        return replace(move, label="Approve without sign-off", needs_why=True)
    return move


def may_move(user: User, request: ContentRequest, to: str) -> bool:
    """Whether the table lets this person make the move; one it does not have is left to those who run the queue."""
    who = next((move.who for move in moves_open_to(request) if move.to == to), "can_move_request")
    return meets(who, user, request)


def moves_any(user: User, request: ContentRequest) -> bool:
    """Whether there is a move that this person may make, or they run the queue."""
    return permissions.can_move_requests(user) or any(meets(m.who, user, request) for m in moves_open_to(request))


def meets(who: str, user: User, request: ContentRequest) -> bool:
    return getattr(permissions, who)(user, request)


def state_left(request: ContentRequest) -> RequestState:
    """The state a paused or retired request had before it was set aside; as if new, or published, if never moved."""
    for move in reversed(request.moves.all()):
        if move.from_state not in SET_ASIDE:
            return RequestState(move.from_state)
    return S.PUBLISHED if request.state == S.RETIRED else S.NEW


def find_move(request: ContentRequest, to: str) -> Transition:
    """The allowed move to that state. Raises `MoveRefused` when there is none."""
    found = next((move for move in moves_open_to(request) if move.to == to), None)
    if found is None:
        wanted = RequestState(to).label.lower() if to in RequestState.values else "unknown"
        raise MoveRefused(f"A request that is “{request.get_state_display().lower()}” cannot become “{wanted}”.")
    return found


def missing_for(request: ContentRequest, to: str) -> list[str]:
    """What the request still lacks for the state `to`, in words."""
    return [words for words in REQUIRED.get(to, ()) if not HAS[words](request)]


def _has_collateral(request):
    """Something to publish or live already; to bring a request back, what was retired with it will do."""
    pieces = request.collateral.filter(versions__isnull=False)
    if request.is_unfinished:
        pieces = pieces.exclude(pk__in=request.collateral.retired().values("pk"))
    return pieces.exists()


@dataclass(frozen=True)
class Clock:
    """How a request stands against its due date; `tone` is a pill's tone, empty where no clock runs."""

    words: str
    tone: str = ""


def clock_of(request: ContentRequest, today: date) -> Clock:
    """In business days. A new request's clock runs to its triage."""
    if request.is_paused:
        return Clock("Paused")
    if not request.is_unfinished:
        return Clock("")
    if request.due_on is None:
        return Clock("No due date")
    late = request.due_on < last_business_day(today)
    if late:
        words, tone = f"late by {_days(business_days_between(request.due_on, today))}", "danger"
    else:
        left = business_days_between(today, request.due_on)
        words, tone = f"due {_in(request.due_on, left, today)}", "warning" if left <= 2 else "success"
    words = f"Triage {words}" if request.state == S.NEW else words
    return Clock(words[0].upper() + words[1:], tone)


def _in(due_on, left, today):
    if (due_on - today).days == 1:
        return "tomorrow"
    return f"in {_days(left)}" if left > 0 else "today" if due_on == today else "now"


def _days(count: int) -> str:
    return "1 business day" if count == 1 else f"{count} business days"
