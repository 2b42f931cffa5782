"""The sections of a review meeting are registered here; apps above add theirs in `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.utils import timezone

from feedback.figures import Figure, kept
from feedback.metrics import Period
from feedback.models import Company, Meeting, Opportunity


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
    is_of_month: bool = False  # it sums up the month, and shows nothing that is written in the meeting itself


@dataclass(frozen=True)
class Shown:
    """A section with what it shows of one meeting, and the meeting's words on it; `at` since when it is kept, if so."""

    section: Section
    data: dict
    note: str
    at: datetime | None = None


sections: dict[str, Section] = {}


def add_section(section: Section) -> None:
    sections[section.key] = section


def in_order() -> list[Section]:
    return sorted(sections.values(), key=lambda section: (section.position, section.key))


def collect(meeting: Meeting) -> list[Shown]:
    """All sections of the meeting, in order, as things stand now by the company's clock: what closing freezes."""
    return _shown(meeting, in_order(), _worked_out)


def preview(meeting: Meeting, chosen: list[Section] | None = None) -> list[Shown]:
    """The chosen sections, or all, while the meeting is prepared: sums of a large month may be a minute old."""
    return _shown(meeting, in_order() if chosen is None else chosen, _kept)


def _shown(meeting: Meeting, chosen: list[Section], figure_of: Callable[[Section, Meeting], Figure]) -> list[Shown]:
    notes = dict(meeting.notes.values_list("section", "text"))
    with timezone.override(Company.current().zone):
        figures = [(section, figure_of(section, meeting)) for section in chosen]
    return [Shown(section, figure.value, notes.get(section.key, ""), figure.at) for section, figure in figures]


def _worked_out(section: Section, meeting: Meeting) -> Figure:
    return Figure(section.collect(meeting.period, meeting))


def _kept(section: Section, meeting: Meeting) -> Figure:
    if not section.is_of_month:
        return _worked_out(section, meeting)
    closed = Opportunity.objects.closed_between(meeting.period)
    work = partial(section.collect, meeting.period, meeting)
    return kept(f"meeting-{meeting.pk}-{section.key}", work, stands_on=lambda _: closed.count())
