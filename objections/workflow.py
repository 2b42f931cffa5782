"""The one table of moves a content request can make: pages draw their buttons from it, actions obey it."""

from dataclasses import dataclass, replace
from datetime import date

from objections.models import ContentRequest
from objections.models.content import PAUSED, RequestState

S = RequestState


class MoveRefused(ValueError):
    """A move the table does not allow, or one that something is missing for; the message is for the person."""


@dataclass(frozen=True)
class Transition:
    """A move out of a state. `asks` is what its form asks beside the why: "triage", "into", "routed_to" or nothing."""

    to: RequestState
    label: str
    needs_why: bool = False
    asks: str = ""

    @property
    def is_aside(self) -> bool:
        return self.to in SET_ASIDE

    @property
    def needs_form(self) -> bool:
        return self.needs_why or bool(self.asks)


DROPPED = [S.DECLINED, S.MERGED, S.ROUTED]
SET_ASIDE = [*PAUSED, *DROPPED, S.RETIRED]
CLOSED = [S.WORKED, S.NO_EFFECT, S.INCONCLUSIVE]

NEEDS_INFO = Transition(S.NEEDS_INFO, "Ask for more", needs_why=True)
ON_HOLD = Transition(S.ON_HOLD, "Put on hold", needs_why=True)
DROPPING = [
    Transition(S.MERGED, "Merge into another", asks="into"),
    Transition(S.ROUTED, "Route to another team", asks="routed_to"),
    Transition(S.DECLINED, "Decline", needs_why=True),
]
ASIDE = [NEEDS_INFO, ON_HOLD, *DROPPING]
PUBLISH = Transition(S.PUBLISHED, "Publish")
RETIRE = Transition(S.RETIRED, "Retire")
TAKE_UP = Transition(S.NEW, "Take it up again")
RESUME = Transition(S.NEW, "Resume")
BRING_BACK = Transition(S.PUBLISHED, "Bring it back")

# The first of a state is its obvious next step.
TRANSITIONS: dict[str, list[Transition]] = {
    S.NEW: [Transition(S.TRIAGED, "Triage", asks="triage"), *ASIDE],
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
        Transition(S.IN_REVIEW, "Send to review"),
        Transition(S.BRIEFED, "Back to the brief"),
        PUBLISH,
        *ASIDE,
    ],
    S.IN_REVIEW: [
        Transition(S.APPROVED, "Approve"),
        Transition(S.IN_PRODUCTION, "Ask for changes", needs_why=True),
        PUBLISH,
        *ASIDE,
    ],
    S.APPROVED: [PUBLISH, Transition(S.IN_REVIEW, "Back to review"), *ASIDE],
    S.PUBLISHED: [Transition(S.MEASURING, "Start measuring"), RETIRE],
    S.MEASURING: [
        Transition(S.WORKED, "It worked"),
        Transition(S.NO_EFFECT, "No effect"),
        Transition(S.INCONCLUSIVE, "Inconclusive"),
        RETIRE,
    ],
    **{closed: [Transition(S.MEASURING, "Measure again"), RETIRE] for closed in CLOSED},
    S.NEEDS_INFO: [RESUME, ON_HOLD, *DROPPING],
    S.ON_HOLD: [RESUME, NEEDS_INFO, *DROPPING],
    **{dropped: [TAKE_UP] for dropped in DROPPED},
    S.RETIRED: [BRING_BACK],
}


def moves_open_to(request: ContentRequest) -> list[Transition]:
    """The moves the table allows now, the next step first. Resuming leads to where the request was set aside."""
    return [
        replace(move, to=state_left(request)) if move in (RESUME, BRING_BACK) else move
        for move in TRANSITIONS[request.state]
    ]


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
    missing = []
    if to not in (S.NEW, *SET_ASIDE, *CLOSED, S.MEASURING):
        fields = {
            "a type": request.type,
            "an owner": request.owner_id,
            "a size": request.size,
            "a due date": request.due_on,
        }
        missing += [words for words, value in fields.items() if not value]
    if to == S.BRIEFED and not request.brief.strip():
        missing.append("a brief")
    if to == S.PUBLISHED and not _has_collateral(request):
        missing.append("collateral with a file or a link")
    return missing


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
    """In calendar days. A new request's clock runs to its triage."""
    if request.is_paused:
        return Clock("Paused")
    if not request.is_unfinished:
        return Clock("")
    if request.due_on is None:
        return Clock("No due date")
    left = (request.due_on - today).days
    prefix = "Triage " if request.state == S.NEW else ""
    if left < 0:
        words, tone = f"{_days(-left)} late", "danger"
    else:
        words = {0: "due today", 1: "due tomorrow"}.get(left, f"due in {_days(left)}")
        tone = "warning" if left <= 2 else "success"
    words = prefix + words
    return Clock(words[0].upper() + words[1:], tone)


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
