"""The sections of a review meeting are registered here; apps above add theirs in `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from feedback.metrics import Period
from feedback.models import Company, Meeting


@dataclass(frozen=True)
class Section:
    """One section: `collect(period, meeting)` gives all that it shows as plain data, which closing freezes.

    Plain is what `feedback.packs.canonical` takes: dicts with string keys, lists, strings, numbers, decimals, dates,
    None. The template gets it as `data`, with `live` true on pages that are not frozen; what it shows besides, such as
    links and forms, stands inside `{% if live %}`.
    """

    key: str
    title: str
    position: int
    template: str
    collect: Callable[[Period, Meeting], dict]


@dataclass(frozen=True)
class Shown:
    """A section with what it shows of one meeting, and the meeting's words on it."""

    section: Section
    data: dict
    note: str


sections: dict[str, Section] = {}


def add_section(section: Section) -> None:
    sections[section.key] = section


def in_order() -> list[Section]:
    return sorted(sections.values(), key=lambda section: (section.position, section.key))


def collect(meeting: Meeting, chosen: list[Section] | None = None) -> list[Shown]:
    """The chosen sections of the meeting, or all, in order, as things stand now by the company's clock."""
    notes = dict(meeting.notes.values_list("section", "text"))
    with timezone.override(Company.current().zone):
        return [
            Shown(section, section.collect(meeting.period, meeting), notes.get(section.key, ""))
            for section in (in_order() if chosen is None else chosen)
        ]
