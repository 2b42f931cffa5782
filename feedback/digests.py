"""What a digest says is registered here; apps above add theirs in `AppConfig.ready()`.

A mail leaves the portal for good, so a part names deals, themes and figures and leads here; it quotes no buyer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from feedback.models import User


@dataclass(frozen=True)
class Part:
    """One part of a digest: `collect(user, since)` gives its template's context, or None for nothing to say.

    `template` has no ending: there is a `.txt` and a `.html` of it. The context's `headline` stands in the subject. One
    that is no news never makes a mail by itself. Notifications whose key begins with one of `tells_of` are told by it.
    """

    key: str
    position: int
    template: str
    collect: Callable[[User, datetime], dict | None]
    is_news: bool = True
    tells_of: tuple[str, ...] = ()


parts: dict[str, Part] = {}


def add_part(part: Part) -> None:
    parts[part.key] = part


def digest_of(user: User, since: datetime) -> list[tuple[Part, dict]]:
    """What there is to say to this person, in order; nothing where there is no news."""
    ordered = sorted(parts.values(), key=lambda part: part.position)
    said = [(part, told) for part in ordered if (told := part.collect(user, since)) is not None]
    return said if any(part.is_news for part, _ in said) else []


def told_elsewhere() -> tuple[str, ...]:
    """How the keys of notifications begin that a part of their own tells of."""
    return tuple(prefix for part in parts.values() for prefix in part.tells_of)
