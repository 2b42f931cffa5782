"""Months as inline SVG: for each a median with the 90th percentile above it. Places across are percentages."""

from collections.abc import Sequence
from math import log10

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from objections.metrics import Spread

HEIGHT, TOP, FOOT = 120, 12, 24  # pixels
SIDE = 11  # % of the width for the days at the left


def months_plot(months: Sequence[tuple[str, Spread, str]], label: str) -> SafeString:
    """(name under it, spread, what it says on hover) for each month. Few themes make a hollow dot."""
    most = _round_up(max((spread.p90 for _, spread, _ in months if spread.n), default=0))
    width, foot = (100 - SIDE) / max(len(months), 1), TOP + HEIGHT
    levels = [(foot - HEIGHT * part // 2, f"{most * part / 2:g}") for part in range(3)]
    return format_html(
        '<svg class="months-plot" width="100%" height="{}" role="img" aria-label="{}">{}{}{}</svg>',
        foot + FOOT,
        label,
        format_html_join(
            "",
            '<line class="draw-grid" x1="{0}%" x2="100%" y1="{1}" y2="{1}"/>'
            '<text class="draw-text" x="{2}%" y="{1}" dy="4" text-anchor="end">{3}</text>',
            [(SIDE, y, SIDE - 2, words) for y, words in levels],
        ),
        format_html_join(
            "",
            '<text class="draw-text month-{}" x="{}%" y="{}" text-anchor="middle">{}</text>',
            [
                ("even" if at % 2 else "odd", f"{SIDE + (at + 0.5) * width:.2f}", foot + 20, name)
                for at, (name, _, _) in enumerate(months)
            ],
        ),
        format_html_join(
            "",
            "{}",
            [
                (_month(SIDE + (at + 0.5) * width, width / 4, spread, most, title),)
                for at, (_, spread, title) in enumerate(months)
                if spread.n
            ],
        ),
    )


def _month(x: float, half: float, spread: Spread, most: float, title: str) -> SafeString:
    low, high = (f"{TOP + HEIGHT * (1 - days / most):.1f}" for days in (spread.median, spread.p90))
    return format_html(
        '<g class="month-mark{0}"><title>{1}</title><line x1="{2}%" x2="{2}%" y1="{3}" y2="{4}"/>'
        '<line x1="{5}%" x2="{6}%" y1="{4}" y2="{4}"/><circle cx="{2}%" cy="{3}" r="5"/></g>',
        " month-few" if spread.is_few else "",
        title,
        f"{x:.2f}",
        low,
        high,
        f"{x - half:.2f}",
        f"{x + half:.2f}",
    )


def _round_up(days: float) -> int:
    """The top of the scale, even so that its half is whole, too: 2, 4, 6, 8, 10, 20, 40 … days."""
    if days <= 2:
        return 2
    power = 10 ** int(log10(days))
    return next(step * power for step in (1, 2, 4, 6, 8, 10, 20) if step * power >= days and step * power % 2 == 0)
