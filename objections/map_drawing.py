"""The dots of the map as inline SVG: a page has two thousand of them, which takes a template seconds."""

from collections.abc import Iterable
from itertools import chain, repeat

from django.utils.dateformat import format as format_date
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

FIRST, OTHER = mark_safe(""), mark_safe(' tabindex="-1"')  # one stop for the keyboard, not two thousand


def links(dots: Iterable) -> SafeString:
    """A link for each `map_page.Dot`; the last two lines of its title are the theme, and the deal with the day."""
    return format_html_join(
        "",
        '<a href="{}"{}><title>{}\n{}\n{}</title><circle class="map-{}" cx="{}%" cy="{}%" r="4"/></a>',
        (
            (dot.url, stop, dot.words, dot.theme or "In no theme", _where(dot), _look(dot), dot.x, dot.y)
            for dot, stop in zip(dots, chain([FIRST], repeat(OTHER)), strict=False)
        ),
    )


def circles(places: Iterable[tuple[float, float]]) -> SafeString:
    """What is not looked at, faint."""
    return format_html_join("", '<circle cx="{}%" cy="{}%" r="2"/>', places)


def _where(dot) -> str:
    return ", ".join(part for part in (dot.where, format_date(dot.objection.heard_on, "j M Y")) if part)


def _look(dot) -> str:
    return str(dot.colour) if dot.theme else f"{dot.colour} map-hollow"
