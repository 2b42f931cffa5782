"""What a person has that somebody must look after; apps above register theirs in `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet

from feedback.models import User


@dataclass(frozen=True)
class Belonging:
    """One kind of it. `one` and `many` name it, `of(person)` are its rows, `address(person)` lists them if a page does.

    `may_take(person)` tells who can have it, `whom` says that in words; `hand_over(holder=, to=, by=)` gives all of it
    to somebody inside the caller's transaction and returns how many rows that were.
    """

    key: str
    position: int
    one: str
    many: str
    of: Callable[[User], QuerySet]
    may_take: Callable[[User], bool]
    whom: str
    hand_over: Callable[..., int]
    address: Callable[[User], str] | None = None

    def counted(self, count: int) -> str:
        return f"{count:,} {self.one if count == 1 else self.many}"


@dataclass(frozen=True)
class Held:
    """How much of one kind a person has."""

    belonging: Belonging
    count: int
    url: str

    def __str__(self):
        return self.belonging.counted(self.count)


belongings: dict[str, Belonging] = {}


def add_belonging(belonging: Belonging) -> None:
    belongings[belonging.key] = belonging


def held_by(person: User) -> list[Held]:
    """What the person has of every kind, none included."""
    ordered = sorted(belongings.values(), key=lambda belonging: belonging.position)
    return [Held(h, h.of(person).count(), h.address(person) if h.address else "") for h in ordered]
