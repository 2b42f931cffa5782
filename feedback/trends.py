"""What closed meetings show side by side: read from their packs, so that no figure moves after its meeting.

What a pack has for it is read once and kept by the pack's checksum, which stands for all that is in it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.cache import cache

from feedback.company_figures import Course
from feedback.meetings import points_of
from feedback.metrics import Share
from feedback.models import Company, Meeting, Pack
from feedback.points import Point

MOST = 36  # meetings side by side: three years of months
VERSION = 2  # of what is kept of a pack
NOT_LOOKED = Course("none", "No later meeting has looked yet")
WEEK = 7 * 24 * 3600  # seconds


@dataclass(frozen=True)
class Seen:
    """What one pack says: its figures by key, what it decided and promised, and what it said of earlier promises.

    `decided`: id → day due. `promised`: id → day due. `judged`: id → verdict, `done`: id → the day it was done, None
    where the pack does not say, `courses`: id → how the number it aimed at had moved. `aims`: id → (text, its label).
    """

    points: dict[str, Point] = field(default_factory=dict)
    decided: dict[int, date | None] = field(default_factory=dict)
    promised: dict[int, date] = field(default_factory=dict)
    judged: dict[int, str] = field(default_factory=dict)
    done: dict[int, date | None] = field(default_factory=dict)
    aims: dict[int, dict] = field(default_factory=dict)
    courses: dict[int, dict] = field(default_factory=dict)
    closed_on: date | None = None
    currency: str = ""


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def read(content: str) -> Seen:
    """From the canonical JSON of a pack, of whatever release. Days are the company's, amounts the pack's."""
    whole = json.loads(content)
    sections = {each["key"]: each["data"] for each in whole["sections"]}
    own, earlier = sections.get("decisions", {}), sections.get("last_time", {})
    closed_at = datetime.fromisoformat(whole["meeting"]["closed_at"])
    closed_on = closed_at.astimezone(Company.current().zone).date()
    seen = Seen(closed_on=closed_on, currency=whole.get("basis", {}).get("currency", ""))
    for key, data in sections.items():
        seen.points.update({point.key: point for point in points_of(key, data) if point.value is not None})
    for row in own.get("decisions", []):
        seen.decided[row["id"]] = _day(row["due_on"])
        if row.get("aim"):
            seen.aims[row["id"]] = {"text": row["text"], **row["aim"]}
    for row in own.get("actions", []):
        seen.promised[row["id"]] = _day(row["due_on"])
    for row in [*_rows(earlier.get("decisions", [])), *own.get("decisions", [])]:
        if row.get("kept"):
            seen.judged[row["id"]] = row["kept"]["verdict"]
        if row.get("aim") and row["aim"]["now"]:
            seen.courses[row["id"]] = row["aim"]
    for row in [*_rows(earlier.get("actions", [])), *earlier.get("older", []), *own.get("actions", [])]:
        if row["is_done"]:
            seen.done[row["id"]] = _day(row.get("done_on"))
    return seen


def _rows(groups) -> list[dict]:
    """Of a section that lists them by how they stand, as packs do now, or in one list, as they did."""
    return [row for rows in groups.values() for row in rows] if isinstance(groups, dict) else groups


@dataclass(frozen=True)
class Met:
    """One closed meeting with what its pack says."""

    meeting: Meeting
    seen: Seen


@dataclass(frozen=True)
class Promises:
    """How the decisions and actions of one meeting came out, as the last meeting that told of them had it.

    `kept` of the decisions whose day has come or that were judged; `on_time` of the actions whose day has come.
    """

    met: Met
    decided: int
    kept: Share
    promised: int
    done: int
    on_time: Share


@dataclass(frozen=True)
class Aimed:
    """A decision that aimed at a number: what that said then and at the last meeting that looked, and how it moved."""

    met: Met
    text: str
    label: str
    then: Point | None
    now: Point | None
    course: Course


def closed_meetings(meetings) -> list[Met]:
    """The latest closed meetings among these, the oldest first. Contents are read of packs that are not kept yet."""
    latest = list(meetings.closed().order_by("-last_day", "-id")[:MOST])[::-1]
    packs = Pack.objects.live().filter(meeting__in=latest).order_by().defer("content", "html")
    keys = {_key(pack.checksum): pack for pack in packs}
    found = cache.get_many(keys)
    missing = {pack.pk: key for key, pack in keys.items() if key not in found}
    contents = Pack.objects.filter(pk__in=missing).order_by().values_list("pk", "content") if missing else ()
    fresh = {missing[pk]: read(content) for pk, content in contents}
    if fresh:
        cache.set_many(fresh, WEEK)
    by_meeting = {pack.meeting_id: (found | fresh)[key] for key, pack in keys.items()}
    return [Met(meeting, by_meeting[meeting.pk]) for meeting in latest if meeting.pk in by_meeting]


def forget(checksum: str) -> None:
    """Keeps nothing of a pack any more: words were removed from it, and it has another checksum now."""
    cache.delete(_key(checksum))


def _key(checksum: str) -> str:
    return f"seen-{VERSION}-{checksum}"


def promises(mets: Sequence[Met]) -> list[Promises]:
    """For each meeting. A promise is late by the day on which the last of these meetings was closed."""
    judged, done = {}, {}
    for met in mets:
        judged |= met.seen.judged
        done |= {pk: day for pk, day in met.seen.done.items() if day or pk not in done}
    until = max((met.seen.closed_on for met in mets), default=date.min)
    return [_promises(met, judged, done, until) for met in mets]


def _promises(met: Met, judged: dict, done: dict, until: date) -> Promises:
    decided, promised = met.seen.decided, met.seen.promised
    counted = [pk for pk, due in decided.items() if pk in judged or (due and due <= until)]
    # Overtaken is nobody's fault: what nobody needs any more could not be kept.
    counted = [pk for pk in counted if judged.get(pk) != "overtaken"]
    due = [pk for pk, day in promised.items() if day <= until]
    told = [pk for pk in due if pk not in done or done[pk]]  # packs of earlier releases say that, not when
    return Promises(
        met,
        decided=len(decided),
        kept=Share(sum(judged.get(pk) == "kept" for pk in counted), len(counted)),
        promised=len(promised),
        done=sum(pk in done for pk in promised),
        on_time=Share(sum(pk in done and done[pk] <= promised[pk] for pk in told), len(told)),
    )


def aimed(mets: Sequence[Met]) -> list[Aimed]:
    """Decisions that aimed at a number, the latest first."""
    courses = {}
    for met in mets:
        courses |= met.seen.courses
    rows = [_aimed(met, pk, aim, courses.get(pk)) for met in mets for pk, aim in met.seen.aims.items()]
    return rows[::-1]


def _aimed(met: Met, pk: int, aim: dict, later: dict | None) -> Aimed:
    went = Course(**later["course"]) if later else NOT_LOOKED
    then, now = aim["then"], later and later["now"]
    return Aimed(
        met,
        aim["text"],
        aim["label"],
        then and Point.of_json(then),
        now and Point.of_json(now),
        went,
    )


@dataclass(frozen=True)
class Line:
    """One figure over the meetings: its latest label and unit, and a point for each meeting, None for a gap."""

    key: str
    label: str
    unit: str
    points: list[Point | None]


def lines(mets: Sequence[Met]) -> list[Line]:
    """Every figure that any of the meetings kept, in the order in which the latest has them."""
    labels: dict[str, Point] = {}
    for met in reversed(mets):
        labels = labels | {key: point for key, point in met.seen.points.items() if key not in labels}
    return [
        Line(key, point.label, point.unit, [met.seen.points.get(key) for met in mets]) for key, point in labels.items()
    ]


def total(shares: Iterable[Share]) -> Share:
    shares = list(shares)
    return Share(sum(share.part for share in shares), sum(share.whole for share in shares))
