"""The page of trends across meetings: each figure as a picture with its table, and the same as CSV."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from feedback.exports import Columns
from feedback.metrics import Share, number_of
from feedback.pictures import Whisker, columns, interval_plot
from feedback.points import Point
from feedback.spans import whole_months
from feedback.trends import Line, Met, Promises

NAMED = 12  # columns that still have room for the names of months
HEADS = {
    "share": ["Meeting", "Share", "Counted", "Of"],
    "money": ["Meeting", "Amount", "Deals"],
    "days": ["Meeting", "Days, median", "Of"],
    "count": ["Meeting", "Number"],
}


@dataclass(frozen=True)
class Shown:
    """One figure over the meetings; `title` says the finding."""

    line: Line
    mets: Sequence[Met]

    @property
    def key(self) -> str:
        return self.line.key

    @property
    def title(self) -> str:
        known = [(met, point) for met, point in zip(self.mets, self.line.points, strict=True) if point]
        if len(known) < 2:
            return f"{self.line.label}: {_said(*known[-1])}"
        return f"{self.line.label}: {_said(*known[0])}, now {_said(*known[-1])}"

    @property
    def note(self) -> str:
        gaps = sum(point is None for point in self.line.points)
        few = sum(bool(point and point.is_small) for point in self.line.points)
        parts = [number_of(len(self.line.points) - gaps, "meeting")]
        parts += [f"{number_of(gaps, 'gap')}: not kept then"] if gaps else []
        parts += [f"{few} on fewer than twenty"] if few else []
        return " · ".join(parts)

    @property
    def columns(self) -> list[str]:
        return HEADS[self.line.unit]

    @property
    def rows(self) -> list[list]:
        pairs = zip(self.mets, self.line.points, strict=True)
        return [[short_name(met), *self._cells(met, point)] for met, point in pairs]

    @property
    def art(self) -> SafeString:
        label = f"{self.title}. One mark a meeting, the numbers are in the table below."
        return self._intervals(label) if self.line.unit == "share" else self._columns(label)

    def _cells(self, met: Met, point: Point | None) -> list:
        if point is None:
            return ["–"] * (len(self.columns) - 1)
        if point.unit == "share":
            return [str(point.share), f"{point.part:,}", f"{point.n:,}"]
        value = f"{point.value:g}" if point.unit == "days" else f"{point.value:,.0f}"
        cells = [f"{met.seen.currency} {value}".strip() if point.unit == "money" else value]
        return cells if point.unit == "count" else [*cells, f"{point.n:,}"]

    def _columns(self, label: str) -> SafeString:
        bars = [
            (self._name(met, point), point.value if point else 0, f"{short_name(met)}: {_said(met, point)}")
            for met, point in zip(self.mets, self.line.points, strict=True)
        ]
        return columns(bars, label)

    def _name(self, met: Met, point: Point | None) -> str:
        """A gap says that it is one: a column of no height could be a nought."""
        is_month = whole_months(met.meeting.period) == 1
        name = f"{met.meeting.first_day:%b}" if is_month else f"{met.meeting.first_day:%-d %b}"
        name = name if len(self.mets) <= NAMED else f"{met.meeting.first_day:%b}"[0]
        return name if point else f"({name})"

    def _intervals(self, label: str) -> SafeString:
        width = 1 / len(self.mets)
        whiskers = [
            _whisker(at * width, width, point.share, f"{short_name(met)}: {point.share.counts}", point.is_small)
            for at, (met, point) in enumerate(zip(self.mets, self.line.points, strict=True))
            if point
        ]
        return interval_plot(whiskers, [], (short_name(self.mets[0]), short_name(self.mets[-1])), label)


def _whisker(first: float, width: float, share: Share, title: str, is_small: bool) -> Whisker:
    low, high = share.interval
    inset = width * 0.2
    middle = first + width / 2
    kind = 2 if is_small else 1
    return Whisker(first + inset, first + width - inset, middle, share.value, low, high, kind, title)


def _said(met: Met, point: Point | None) -> str:
    """Amounts in the currency that its pack was closed in."""
    if point is None:
        return "not kept then"
    return f"{met.seen.currency} {point.shown}".strip() if point.unit == "money" else point.shown


def short_name(met: Met) -> str:
    """`Oct 2026` for a month; the days of a shorter or longer time, of which there may be several in one."""
    period = met.meeting.period
    return f"{period[0]:%b %Y}" if whole_months(period) == 1 else met.meeting.period_words


def shown(lines: Sequence[Line], mets: Sequence[Met]) -> list[Shown]:
    return [Shown(line, mets) for line in lines]


def csv_columns(lines: Sequence[Line]) -> Columns:
    """A row a meeting: what became of what it decided, then each figure with the number it stands on."""
    heads: dict = {
        "Meeting": lambda row: row.met.meeting,
        "First day": lambda row: row.met.meeting.period[0],
        "Last day": lambda row: row.met.meeting.period[1],
        "Closed on": lambda row: row.met.seen.closed_on,
        "Decisions": lambda row: row.decided,
        "Decisions kept": lambda row: row.kept.part,
        "Decisions whose day has come": lambda row: row.kept.whole,
        "Actions": lambda row: row.promised,
        "Actions done": lambda row: row.done,
        "Actions done on time": lambda row: row.on_time.part,
        "Actions whose day has come": lambda row: row.on_time.whole,
    }
    for line in lines:
        unit = {"share": "share", "money": "amount", "days": "days", "count": "number"}[line.unit]
        heads[f"{line.label}, {unit}"] = _of(line.key, "value")
        if line.unit != "count":
            heads[f"{line.label}, n"] = _of(line.key, "n")
    return heads


def _of(key: str, column: str):
    def cell(row: Promises):
        point = row.met.seen.points.get(key)
        return getattr(point, column) if point else None

    return cell
