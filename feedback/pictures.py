"""Small pictures as inline SVG: attributes and classes only, as the content security policy forbids style attributes.

Horizontal places are percentages and heights are pixels, so a picture fits a phone without shrinking its text.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

SPARK_WIDTH, SPARK_HEIGHT, SPARK_MARGIN = 100, 24, 3
ROW = 36  # pixels; the height of a Pareto row in meetings.css
COLUMNS_HEIGHT, COLUMNS_FOOT = 120, 20
PLOT_HEIGHT, PLOT_FOOT, PLOT_LINE = 168, 24, 16


def sparkline(values: Sequence[float], label: str) -> SafeString:
    """A line through the values, the last one marked; nothing for fewer than two.

    `label` is what screen readers say: `Heard by month: 2, 4, 7`.
    """
    if len(values) < 2:
        return mark_safe("")
    step = (SPARK_WIDTH - 2 * SPARK_MARGIN) / (len(values) - 1)
    room, top = SPARK_HEIGHT - 2 * SPARK_MARGIN, max(values) or 1
    points = [
        (SPARK_MARGIN + at * step, SPARK_HEIGHT - SPARK_MARGIN - room * float(value) / float(top))
        for at, value in enumerate(values)
    ]
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}"><polyline points="{}"/>'
        '<circle cx="{}" cy="{}" r="2.5"/></svg>',
        SPARK_WIDTH,
        SPARK_HEIGHT,
        label,
        " ".join(f"{x:.1f},{y:.1f}" for x, y in points),
        f"{points[-1][0]:.1f}",
        f"{points[-1][1]:.1f}",
    )


def value_bar(share: float | None, label: str = "", tone: str = "") -> SafeString:
    """A bar filled to `share`, 0 to 1; `tone` is danger, warning or success.

    Without a `label` screen readers skip it: the figure stands beside it.
    """
    width = f"{min(max(float(share or 0), 0), 1) * 100:.1f}%"
    named = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    kind = f"bar bar-{tone}" if tone else "bar"
    return format_html(
        '<svg class="{}" {}><rect class="bar-track" width="100%" height="8"/>'
        '<rect class="bar-fill" width="{}" height="8" rx="4"/></svg>',
        kind,
        named,
        width,
    )


def pareto_rows(shares: Sequence[tuple[float, float]]) -> list[SafeString]:
    """One strip for each (own share, share up to it), both 0 to 1 of the same whole: a bar, and a piece of the line of
    the running share on the same axis. Stacked without a gap the pieces join.
    """
    reached = [cumulative for _, cumulative in shares]
    befores, afters = [None, *reached[:-1]], [*reached[1:], None]
    return [
        _pareto_row(share, before, here, after)
        for (share, here), before, after in zip(shares, befores, afters, strict=True)
    ]


def _pareto_row(share, before, here, after) -> SafeString:
    """One strip; the line's halves meet those of the strips above and below at their common edge."""
    middle, lines = ROW / 2, []
    if before is not None:
        lines.append((_percent((before + here) / 2), 0, _percent(here), middle))
    if after is not None:
        lines.append((_percent(here), middle, _percent((here + after) / 2), ROW))
    return format_html(
        '<svg class="pareto-row" height="{}" aria-hidden="true">'
        '<line class="draw-grid" x1="50%" x2="50%" y1="0" y2="{}"/>'
        '<rect class="draw-1" width="{}" y="{}" height="{}" rx="3"/>{}'
        '<circle class="pareto-dot" cx="{}" cy="{}" r="3.5"/></svg>',
        ROW,
        ROW,
        _percent(share),
        ROW / 4,
        ROW / 2,
        format_html_join("", '<line class="pareto-line" x1="{}" y1="{}" x2="{}" y2="{}"/>', lines),
        _percent(here),
        middle,
    )


def columns(bars: Sequence[tuple[str, float, str]], label: str) -> SafeString:
    """Upright bars: (name under the bar, value from 0, what it says on hover)."""
    width, top = 100 / max(len(bars), 1), max((float(value) for _, value, _ in bars), default=0) or 1
    drawn = []
    for at, (name, value, title) in enumerate(bars):
        height = COLUMNS_HEIGHT * float(value) / top
        x, middle = at * width + width * 0.14, at * width + width / 2
        drawn.append(
            (
                f"{x:.2f}%",
                f"{COLUMNS_HEIGHT - height:.1f}",
                f"{width * 0.72:.2f}%",
                f"{height:.1f}",
                title,
                f"{middle:.2f}%",
                name,
            )
        )
    body = format_html_join(
        "",
        '<rect class="draw-1" x="{}" y="{}" width="{}" height="{}" rx="2"><title>{}</title></rect>'
        '<text class="draw-text" x="{}" y="136" text-anchor="middle">{}</text>',
        drawn,
    )
    return format_html(
        '<svg class="columns" width="100%" height="{}" role="img" aria-label="{}">'
        '<line class="draw-grid" x1="0" x2="100%" y1="{}" y2="{}"/>{}</svg>',
        COLUMNS_HEIGHT + COLUMNS_FOOT,
        label,
        COLUMNS_HEIGHT,
        COLUMNS_HEIGHT,
        body,
    )


class Whisker(NamedTuple):
    """A share with its interval, 0 to 1 each, known of the time from `first` to `last` and drawn at `at`, 0 to 1 of
    the width. `kind` is 1 for what it is about (filled) and 2 for what it is compared with (hollow and dashed).
    """

    first: float
    last: float
    at: float
    value: float
    low: float
    high: float
    kind: int
    title: str


def interval_plot(
    whiskers: Sequence[Whisker], marks: Sequence[tuple[float, str]], ends: tuple[str, str], label: str
) -> SafeString:
    """Shares with their intervals over time, from nought to a hundred percent. `marks` are days to be seen with their
    words, in order; `ends` says when the time begins and ends.
    """
    top = PLOT_LINE * len(marks) + 20
    foot = top + PLOT_HEIGHT
    return format_html(
        '<svg class="interval-plot" width="100%" height="{}" role="img" aria-label="{}">{}{}{}'
        '<text class="draw-text" x="0" y="{}">{}</text>'
        '<text class="draw-text" x="100%" y="{}" text-anchor="end">{}</text></svg>',
        foot + PLOT_FOOT,
        label,
        format_html_join(
            "",
            '<line class="draw-grid" x1="0" x2="100%" y1="{}" y2="{}"/><text class="draw-text" x="0" y="{}">{}</text>',
            [(y, y, y - 3, words) for y, words in _levels(top)],
        ),
        format_html_join("", "{}", [(_mark(at, words, row, foot),) for row, (at, words) in enumerate(marks)]),
        format_html_join("", "{}", [(_whisker(each, top),) for each in whiskers]),
        foot + 18,
        ends[0],
        foot + 18,
        ends[1],
    )


def _levels(top: int) -> list[tuple[int, str]]:
    return [(top + round(PLOT_HEIGHT * (1 - level / 100)), f"{level}\u00a0%") for level in (0, 50, 100)]


def _mark(at: float, words: str, row: int, foot: int) -> SafeString:
    """A line down from its words, which stand on the side where there is room, each a line lower than the last."""
    y, fits = PLOT_LINE * row + 12, at < 0.5
    return format_html(
        '<line class="interval-mark" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>'
        '<text class="draw-text" x="{0}" y="{3}" dx="{4}" text-anchor="{5}">{6}</text>',
        _percent(at),
        y - 8,
        foot,
        y,
        5 if fits else -5,
        "start" if fits else "end",
        words,
    )


def _whisker(each: Whisker, top: int) -> SafeString:
    x, (y, low, high) = _percent(each.at), (top + PLOT_HEIGHT * (1 - v) for v in (each.value, each.low, each.high))
    return format_html(
        '<g class="interval-{0}"><title>{1}</title><line class="interval-level" x1="{2}" x2="{3}" y1="{5}" y2="{5}"/>'
        '<line class="interval-range" x1="{4}" x2="{4}" y1="{6}" y2="{7}"/><circle cx="{4}" cy="{5}" r="5"/></g>',
        each.kind,
        each.title,
        _percent(each.first),
        _percent(each.last),
        x,
        f"{y:.1f}",
        f"{low:.1f}",
        f"{high:.1f}",
    )


def _percent(share: float) -> str:
    return f"{share * 100:.2f}%"
