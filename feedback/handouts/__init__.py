"""A meeting as people take it away: slides, a PDF, Markdown. Closed ones from what closing froze, word for word;
the company's name and colour are today's."""

import json
from dataclasses import dataclass
from datetime import date

from bs4 import BeautifulSoup, Tag
from django.template.loader import render_to_string
from django.utils import formats, timezone

from feedback import meetings as registry
from feedback.meetings import Chart
from feedback.models import Company, Meeting
from feedback.packs import canonical


@dataclass(frozen=True)
class Part:
    """One section: what its page shows, the meeting's words on it, and its picture, if it has one."""

    title: str
    page: Tag
    note: str
    chart: Chart | None


@dataclass(frozen=True)
class Handout:
    """`html` is the page's fragment, `parts` its sections in order, `facts` how the meeting stands and who led it."""

    title: str
    facts: str
    company: Company
    currency: str
    html: str
    parts: list[Part]


def handout_of(meeting: Meeting) -> Handout:
    """What the meeting's page shows now: the pack of a closed one, else what closing it would freeze."""
    company = Company.current()
    pack = meeting.pack
    if pack:
        content, html = json.loads(pack.content), pack.html
        sections, currency = content["sections"], content["basis"]["currency"]
        facts = _facts("Closed", timezone.localdate(pack.closed_at, company.zone), content["meeting"]["facilitator"])
        facts += f" · version {pack.version}" if pack.version > 1 else ""
    else:
        shown, currency = registry.preview(meeting), company.currency
        html = render_to_string(
            "feedback/meetings/_pack.html", {"shown": shown, "meeting": meeting, "currency": currency}
        )
        sections = [
            {"key": each.section.key, "title": each.section.title, "note": each.note, "data": _plain(each.data)}
            for each in shown
        ]
        facts = _facts("Draft", timezone.localdate(timezone=company.zone), str(meeting.facilitator or ""))
    pages = BeautifulSoup(html, "html.parser")
    parts = [
        Part(each["title"], pages.find(id=each["key"]), each["note"], _chart(each["key"], each["data"]))
        for each in sections
    ]
    return Handout(str(meeting), facts, company, currency, html, parts)


def _facts(state: str, on: date, facilitator: str) -> str:
    return f"{state} on {formats.date_format(on, 'j M Y')}{f' · led by {facilitator}' if facilitator else ''}"


def _plain(data: dict) -> dict:
    """As it would be read back from a pack."""
    return json.loads(canonical(data))


def _chart(key: str, data: dict) -> Chart | None:
    """None, too, for a section that is no more, and for data from which words were taken that are also names in it."""
    section = registry.sections.get(key)
    try:
        return section.chart(data) if section and section.chart else None
    except (KeyError, ValueError, TypeError):
        return None
