"""The one-page summary of a closed meeting, from what closing froze. It quotes nobody, for it leaves the portal."""

import json
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils import timezone
from django.utils.formats import date_format

from feedback.meetings import Line, lines_of, points_of
from feedback.metrics import number_of
from feedback.models import Company, Pack
from feedback.points import Point

# So many fit one printed page; what is more is counted and stands in the pack.
DECISIONS, ACTIONS, FIGURES, LINES = 6, 10, 5, 3


@dataclass(frozen=True)
class Decided:
    text: str
    owner: str
    due_on: date | None
    proof: str
    aim: str  # the number it aims at with what it said, blank for none

    @property
    def terms(self) -> str:
        """Who, by when and how we will know, in one line; blank where nothing was said."""
        who = ", ".join(filter(None, [self.owner, f"by {date_format(self.due_on, 'j M Y')}" if self.due_on else ""]))
        parts = [who, f"it worked if: {self.proof}" if self.proof else "", f"aims at {self.aim}" if self.aim else ""]
        return " · ".join(filter(None, parts))


@dataclass(frozen=True)
class Promised:
    text: str
    owner: str
    due_on: date
    is_done: bool

    @property
    def line(self) -> str:
        return f"{self.text}, {'done' if self.is_done else 'by ' + date_format(self.due_on, 'j M Y')}"


@dataclass(frozen=True)
class Summary:
    """`by_owner` are the actions of each owner; `more_…` say how many are left out of the lists. Nothing is left out of
    `said` and `points`, by which one closing is compared with the next.
    """

    title: str
    facts: str
    currency: str
    decided: list[Decided]
    by_owner: list[tuple[str, list[Promised]]]
    figures: list[Point]
    lines: list[Line]
    more_decided: int
    more_promised: int
    said: list[str]
    points: list[Point]


def summary_of(pack: Pack) -> Summary:
    """Of one version of a closed meeting; a pack without one of the sections lacks that part."""
    content = json.loads(pack.content)
    sections = {each["key"]: each["data"] for each in content["sections"]}
    data = sections.get("decisions", {})
    decided = [_decided(row) for row in data.get("decisions", [])]
    promised = sorted((_promised(row) for row in data.get("actions", [])), key=lambda each: (each.owner, each.due_on))
    shown = promised[:ACTIONS]
    points = points_of("headline", sections.get("headline", {}))
    return Summary(
        title=str(pack.meeting),
        facts=_facts(pack, content["meeting"]),
        currency=content["basis"]["currency"],
        decided=decided[:DECISIONS],
        by_owner=[(owner, list(rows)) for owner, rows in groupby(shown, key=lambda each: each.owner)],
        figures=points[:FIGURES],
        lines=[line for key, section in sections.items() for line in lines_of(key, section)][:LINES],
        more_decided=max(len(decided) - DECISIONS, 0),
        more_promised=max(len(promised) - ACTIONS, 0),
        said=_said(decided, promised),
        points=points,
    )


def _decided(row: dict) -> Decided:
    aim = row.get("aim") or {}
    then = aim.get("then") or {}
    words = f"{aim.get('label')}: {then['shown']} now" if then and then["unit"] != "money" else aim.get("label", "")
    due_on = date.fromisoformat(row["due_on"]) if row["due_on"] else None
    return Decided(row["text"], row["owner"], due_on, row["proof"], words)


def _promised(row: dict) -> Promised:
    return Promised(row["text"], row["owner"], date.fromisoformat(row["due_on"]), row["is_done"])


def _facts(pack: Pack, said: dict) -> str:
    closed_on = timezone.localdate(pack.closed_at, Company.current().zone)
    led = f" · led by {said['facilitator']}" if said["facilitator"] else ""
    version = f" · corrected, version {pack.version}" if pack.version > 1 else ""
    return f"Closed on {date_format(closed_on, 'j M Y')}{led}{version}"


def corrections(before: Summary, now: Summary) -> list[str]:
    """What a meeting that was closed again says differently, a sentence each; nothing where all is the same."""
    old, new = before.said, now.said
    lines = [f"New: {words}" for words in new if words not in old]
    lines += [f"No longer: {words}" for words in old if words not in new]
    figures = {point.key: point for point in before.points}
    for point in now.points:
        was = figures.get(point.key)
        if was is not None and was != point:
            lines.append(f"{point.label}: {_in_words(was, now.currency)}, now {_in_words(point, now.currency)}")
    return lines


def _said(decided: list[Decided], promised: list[Promised]) -> list[str]:
    words = [f"{each.text} ({each.terms})" if each.terms else each.text for each in decided]
    return words + [f"{each.owner}: {each.line}" for each in promised]


def _in_words(point: Point, currency: str) -> str:
    return f"{currency} {point.shown} on {number_of(point.n, 'deal')}" if point.unit == "money" else point.shown
