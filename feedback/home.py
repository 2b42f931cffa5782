"""What a home page and the search palette show is registered here; apps above add theirs in `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass

from feedback.models import User


@dataclass(frozen=True)
class Panel:
    """One panel of a home page: `shown_to(user)`, `collect(user)` gives the template's context."""

    key: str
    position: int
    template: str
    shown_to: Callable[[User], bool]
    collect: Callable[[User], dict]


@dataclass(frozen=True)
class Hit:
    """One thing found by search; `where` says in what it matched, if that is not plain to see."""

    label: str
    detail: str
    url: str
    where: str = ""


@dataclass(frozen=True)
class Finder:
    """One kind of thing the palette finds: `find(user, words, limit)` gives hits, best first."""

    title: str
    position: int
    find: Callable[[User, str, int], list[Hit]]


@dataclass(frozen=True)
class RailEntry:
    """One page of the rail. `badge(user)` counts what waits there for that person.

    Pages of the same noun belong to it, and those of the nouns of `also` (`objections:proposal`).
    """

    label: str
    position: int
    url_name: str
    icon: str
    badge: Callable[[User], int] | None = None
    badge_label: str = ""
    also: tuple[str, ...] = ()


panels: dict[str, Panel] = {}
finders: dict[str, Finder] = {}
rail: dict[str, RailEntry] = {}


def add_panel(panel: Panel) -> None:
    panels[panel.key] = panel


def add_finder(finder: Finder) -> None:
    finders[finder.title] = finder


def add_rail_entry(entry: RailEntry) -> None:
    rail[entry.label] = entry


def panels_for(user: User) -> list[tuple[Panel, dict]]:
    """The panels of this person's home page, in order, with what each shows."""
    shown = sorted((p for p in panels.values() if p.shown_to(user)), key=lambda p: p.position)
    return [(panel, panel.collect(user)) for panel in shown]


def search(user: User, words: str, limit: int) -> list[tuple[str, list[Hit]]]:
    """(kind, hits) for every kind with a hit; nothing for fewer than two characters."""
    words = words.replace("\0", "").strip()[:200]
    if len(words) < 2:
        return []
    found = [(f.title, f.find(user, words, limit)) for f in sorted(finders.values(), key=lambda f: f.position)]
    return [(title, hits) for title, hits in found if hits]
