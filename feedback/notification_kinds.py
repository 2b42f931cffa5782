"""The kinds of things people are told; apps above add theirs in `AppConfig.ready()`.

Who is told of what is decided where it happens; whether a person wants it, in the portal or by digest, is asked in
`feedback.actions.notifications` only.
"""

from collections.abc import Callable
from dataclasses import dataclass

from feedback.models import User
from feedback.permissions import can_administer


@dataclass(frozen=True)
class Kind:
    """`always` says why nobody may switch it off; blank where everybody may. `told_to`: who can be told of it."""

    key: str
    position: int
    title: str
    always: str = ""
    told_to: Callable[[User], bool] = lambda user: True


kinds: dict[str, Kind] = {}


def add_kind(kind: Kind) -> None:
    kinds[kind.key] = kind


def kinds_for(user: User) -> list[Kind]:
    return sorted((kind for kind in kinds.values() if kind.told_to(user)), key=lambda kind: kind.position)


def register() -> None:
    """What this app tells of."""
    add_kind(Kind("meeting-soon", 58, "A meeting is near, and something is still missing from you"))
    add_kind(Kind("promised", 60, "A meeting closed in which you promised something"))
    add_kind(Kind("became", 62, "What an action or decision of yours became has ended"))
    add_kind(Kind("handed", 70, "Somebody handed you what a colleague had", always="It is yours from then on."))
    words = "Nobody else would notice."
    add_kind(Kind("webhook", 90, "A webhook gave up or was switched off", always=words, told_to=can_administer))
