"""The sections of a review meeting are registered here; apps above add theirs in `AppConfig.ready()`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import Any, Literal

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from feedback.agendas import filled_up
from feedback.figures import Figure
from feedback.kept import once
from feedback.metrics import Period, last_days, last_year
from feedback.models import AgendaSection, Company, Definition, Meeting
from feedback.points import Point

OWN_TEMPLATE = "feedback/meetings/sections/own.html"


@dataclass(frozen=True)
class Chart:
    """A section's picture as numbers: one a category in each series, None where there is none; shares are 0 to 1."""

    kind: Literal["bar", "column"]
    title: str
    categories: list[str]
    series: dict[str, list[float | None]]
    unit: Literal["money", "percent", "count"] = "count"


@dataclass(frozen=True)
class Rows:
    """The rows a section's figures stand on: the address of a CSV export with what it asks for, `{0}` and `{1}` being
    the first and last day of the period, `{2}` the first of the twelve months that end with it, `{3}` of the ninety
    days."""

    title: str
    url_name: str
    query: dict[str, str]

    @property
    def page(self) -> str:
        """The name of the page that lists them, which takes the same query."""
        return f"{self.url_name.removesuffix('_export')}_list"


@dataclass(frozen=True)
class Line:
    """One thing a section has for the one-page summary, with its amount if it has one, and a few words."""

    label: str
    amount: float | None
    words: str


@dataclass(frozen=True)
class Section:
    """One section: `collect(period, meeting)` gives all that it shows as plain data, which closing freezes.

    What of it stands on all rows of the period and takes long is `beforehand(period, meeting)`, plain data, too, which
    a job works out for large meetings; `collect` is then asked with one more argument, a callable that gives it.

    Plain is what `feedback.packs.canonical` takes: dicts with string keys, lists, strings, numbers, decimals, dates,
    None. The template gets it as `data`, with `live` true on pages that are not frozen; what it shows besides, such as
    links and forms, stands inside `{% if live %}`. `chart(data)` is its picture for slides, from data as a pack gives
    it back. `definitions` are the slugs of what its figures follow. `points(data)` are its figures for the summary and
    the trends across meetings, `lines(data)` what else of it stands in the summary; packs of earlier releases may lack
    what they read.
    """

    key: str
    title: str
    position: int
    template: str
    collect: Callable[..., dict]
    is_of_month: bool = False  # it sums up the month, and shows nothing that is written in the meeting itself
    chart: Callable[[dict], Chart | None] | None = None
    rows: tuple[Rows, ...] = ()
    definitions: tuple[str, ...] = ()
    points: Callable[[dict], list[Point]] | None = None
    lines: Callable[[dict], list[Line]] | None = None
    minutes: int = 5  # what an agenda gives it unless people say otherwise
    beforehand: Callable[[Period, Meeting], Any] | None = None

    @property
    def to_prepare(self) -> Callable[[Period, Meeting], Any] | None:
        """What a job works out for a large meeting: all of it, a part, or nothing."""
        return self.collect if self.is_of_month else self.beforehand


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


def add_module(key: str, title: str, position: int, template: str, module: ModuleType, *, is_of_month: bool) -> None:
    """A section from the module that has its `collect`, and whatever else of a section it has."""
    names = {"chart": "chart", "rows": "ROWS", "definitions": "DEFINITIONS", "points": "points", "lines": "lines"}
    names |= {"minutes": "MINUTES", "beforehand": "beforehand"}
    given = {field: getattr(module, name) for field, name in names.items() if hasattr(module, name)}
    add_section(Section(key, title, position, template, module.collect, is_of_month, **given))


def in_order() -> list[Section]:
    return sorted(sections.values(), key=lambda section: (section.position, section.key))


def agenda_of(meeting: Meeting | None) -> list[AgendaSection]:
    """The agenda of a meeting, or the template for None, as it stands now: sections left out included, those that no
    app registers any more not. What is new in the registry stands at its place, and is not saved yet."""
    rows = [row for row in AgendaSection.objects.filter(meeting=meeting) if row.is_own or row.key in sections]
    return filled_up(rows, {section.key: section.minutes for section in in_order()}, meeting)


def section_of(row: AgendaSection) -> Section:
    """What stands in a place of an agenda. Raises KeyError when no app registers it any more."""
    if not row.is_own:
        return sections[row.key]
    shows = {"prompt": row.prompt}
    return Section(row.key, row.title, row.position, OWN_TEMPLATE, lambda period, meeting: shows, minutes=row.minutes)


def sections_of(meeting: Meeting) -> list[Section]:
    """The sections of the meeting in the order of its agenda, without those left out."""
    return [section_of(row) for row in agenda_of(meeting) if not row.is_left_out]


def points_of(key: str, data: dict) -> list[Point]:
    """A section's figures from what a pack has of it; none of a section that is no more, or that did not keep them."""
    return _read(sections.get(key), "points", data)


def lines_of(key: str, data: dict) -> list[Line]:
    return _read(sections.get(key), "lines", data)


def _read(section: Section | None, what: str, data: dict) -> list:
    reader = getattr(section, what, None)
    try:
        return reader(data) if reader else []
    except (KeyError, ValueError, TypeError):
        return []


def rows_behind(chosen: Iterable[Section], meeting: Meeting) -> list[tuple[str, str]]:
    """(title, address) of the exports behind the figures of these sections, each once, in their order."""
    found = {rows.title: _address(rows.url_name, rows, meeting) for section in chosen for rows in section.rows}
    return list(found.items())


def pages_behind(section: Section, meeting: Meeting) -> list[tuple[str, str]]:
    """(title, address) of the lists whose rows a section's figures stand on."""
    return [(rows.title, _address(rows.page, rows, meeting)) for rows in section.rows]


def definitions_behind(chosen: Iterable[Section]) -> list[Definition]:
    """What the figures of these sections follow: the version in force of each definition, once, in their order."""
    latest = once("definitions", lambda: {each.slug: each for each in Definition.objects.order_by("version")})
    slugs = dict.fromkeys(slug for section in chosen for slug in section.definitions)
    return [latest[slug] for slug in slugs if slug in latest]


def _address(url_name: str, rows: Rows, meeting: Meeting) -> str:
    first, last = meeting.period
    days = [day.isoformat() for day in (first, last, last_year(last)[0], last_days(last, 90)[0])]
    query = {name: value.format(*days) for name, value in rows.query.items()}
    return f"{reverse(url_name)}?{urlencode(query)}"


def collect(meeting: Meeting) -> list[Shown]:
    """All sections of the meeting, in order, as things stand now by the company's clock: what closing freezes."""
    return _shown(meeting, sections_of(meeting), {})


def preview(meeting: Meeting, chosen: list[Section] | None = None) -> list[Shown]:
    """The chosen sections, or all, while the meeting is prepared: from what a job has worked out before, if it has."""
    chosen = sections_of(meeting) if chosen is None else chosen
    prepared = meeting.prepared.filter(section__in=[section.key for section in chosen])
    return _shown(meeting, chosen, {row.section: Figure(row.data, row.at) for row in prepared})


def _shown(meeting: Meeting, chosen: list[Section], prepared: dict[str, Figure]) -> list[Shown]:
    notes = dict(meeting.notes.values_list("section", "text"))
    with timezone.override(Company.current().zone):
        figures = [(section, _figure(section, meeting, prepared.get(section.key))) for section in chosen]
    return [Shown(section, figure.value, notes.get(section.key, ""), figure.at) for section, figure in figures]


def _figure(section: Section, meeting: Meeting, prepared: Figure | None) -> Figure:
    """What it shows; `at` is since when what was prepared is kept, if any of it is shown."""
    period = meeting.period
    if section.beforehand is None:
        return prepared or Figure(section.collect(period, meeting))
    used = []

    def given():
        if prepared is None:
            return section.beforehand(period, meeting)
        used.append(prepared.at)
        return prepared.value

    data = section.collect(period, meeting, given)
    return Figure(data, used[0] if used else None)
