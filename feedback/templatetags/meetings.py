from decimal import Decimal

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from feedback.becoming import Origin, origins_of
from feedback.filters import MOST_IDS
from feedback.kept import once
from feedback.meanwhile import seen as named
from feedback.meetings import definitions_behind, pages_behind
from feedback.metrics import Money, number_of
from feedback.models import Pack
from feedback.pictures import columns, pareto_rows
from feedback.sections.decisions import versions

register = template.Library()


@register.simple_tag
def came_from(kind, number, user) -> list[Origin]:
    """From which actions and decisions of meetings that this person sees a row came."""
    return origins_of(kind, [number], user).get(number, [])


@register.filter
def stored_html(pack: Pack) -> SafeString:
    """The page a meeting was closed with."""
    # Safe: it is what our own autoescaping templates made when the meeting was closed, and nothing else writes it;
    # `manage.py verify_meetings` tells whether it is still the same.
    return mark_safe(pack.html)  # noqa: S308


def live_tag(address):
    """Registers a tag that gives an address on pages that are not frozen, and nothing in what closing keeps."""

    def tag(context, *args, **kwargs):
        return address(*args, **kwargs) if context.get("live") else ""

    return register.simple_tag(tag, takes_context=True, name=address.__name__)


@live_tag
def rows_of(url_name, days, **query) -> str:
    """The address of a list of deals or reviews that closed on these days: (first, last)."""
    first, last = days
    closed = {"closed_from": f"{first:%Y-%m-%d}", "closed_to": f"{last:%Y-%m-%d}"}
    page = once(f"page-{url_name}", lambda: reverse(url_name))  # a meeting has a hundred links to each
    return f"{page}?{urlencode({**query, **closed})}"


@live_tag
def chosen_rows(url_name, ids) -> str:
    """The address of a list of these rows, or of as many of them as a list takes; nothing for none."""
    return f"{reverse(url_name)}?{urlencode({'ids': ','.join(map(str, ids[:MOST_IDS]))})}" if ids else ""


@live_tag
def definition_of(slug) -> str:
    return reverse("feedback:definition_detail", args=[slug])


@live_tag
def page_of(url_name, *args) -> str:
    return reverse(url_name, args=args)


@register.inclusion_tag("feedback/meetings/_behind.html")
def behind(section, meeting) -> dict:
    """Links to the rows that a section's figures stand on, and to what they follow."""
    return {"rows": pages_behind(section, meeting), "definitions": definitions_behind([section])}


@register.filter
def linked(figure, url) -> str:
    """The figure as a link to its rows, or plain where there is no address."""
    return format_html('<a href="{}">{}</a>', url, figure) if url else figure


@register.filter
def defined(label, url) -> str:
    """A figure's name as a link to its definition, or plain."""
    return format_html('<a class="definition" href="{}">{}</a>', url, label) if url else label


@register.filter
def change(share) -> str:
    """0.124 as `12 % more than`, -0.5 as `50 % less than`."""
    if round(abs(share) * 100) == 0:
        return "the same as"
    return f"{abs(share) * 100:.0f}\u00a0% {'more' if share > 0 else 'less'} than"


@register.simple_tag
def pareto(data, currency) -> SafeString:
    """The picture of the reasons section: bars by value, with the line of the running share."""
    bars = data["bars"]
    drawn = pareto_rows([(bar["share"], bar["cumulative"]) for bar in bars])
    rows = [{"label": bar["label"], "total": bar["total"], "art": art} for bar, art in zip(bars, drawn, strict=True)]
    label = f"Lost value by reason, largest first: {data['finding']}"
    return SafeString(
        render_to_string("feedback/meetings/_pareto.html", {"rows": rows, "label": label, "currency": currency})
    )


@register.filter
def crossed(data) -> list[dict]:
    """The cross table of the section on destinations: one row a reason, one cell for each place the money went."""
    return [
        {
            "code": reason["code"],
            "label": reason["label"],
            "cells": [{"code": went["code"], "label": went["label"], "n": went["counts"][at]} for went in data["went"]],
            "all": sum(went["counts"][at] for went in data["went"]),
        }
        for at, reason in enumerate(data["reasons"])
    ]


@register.simple_tag
def reason_rows(data) -> dict:
    """The table behind the picture, with what is unknown and not reviewed below."""
    rows = [
        [
            bar["label"],
            f"{Decimal(bar['total']):,.0f}",
            bar["deals"],
            _percent(bar["share"]),
            _percent(bar["cumulative"]),
        ]
        for bar in data["bars"]
    ]
    for label, key in (("Unknown", "unknown"), ("No review yet", "unreviewed")):
        if data[key]["deals"]:
            rows.append([label, _amount(data[key]), data[key]["deals"], "–", "–"])
    return {"columns": ["Reason", "Lost value", "Deals", "Share", "Running share"], "rows": rows}


def _amount(row) -> str:
    return f"{Decimal(row['total']):,.0f}"


def _percent(share) -> str:
    return f"{share * 100:.0f}\u00a0%"


@register.simple_tag
def month_columns(months) -> SafeString:
    """The picture of lost value by month; the first letter of each month stands under its column."""
    bars = [
        (f"{each.month:%b}"[0], each.money.total, f"{each.month:%B %Y}: {each.money.total:,.0f}") for each in months
    ]
    return columns(bars, f"Lost value from {months[0].month:%B %Y} to {months[-1].month:%B %Y}, one column a month")


@register.simple_tag
def month_rows(months) -> dict:
    """The table behind it, what it says in a sentence, and how much of the whole is estimated or left out."""
    rows = [[f"{each.month:%b %Y}", f"{each.money.total:,.0f}", each.money.deals] for each in months]
    total = sum((each.money for each in months), Money())
    note = f"{number_of(total.deals, 'lost deal')} in 12 months{', ' + total.remarks if total.remarks else ''}"
    worst = max(months, key=lambda each: each.money.total)
    title = f"Most was lost in {worst.month:%B %Y}"
    return {"title": title, "columns": ["Month", "Lost value", "Deals"], "rows": rows, "note": note}


@register.filter
def seen(text: str) -> str:
    """Names a text, so that who changes it can say what they had read."""
    return named(text)


@register.simple_tag
def rows_version(meeting, noun) -> str:
    """Changes with what people wrote in the meeting's list of decisions or actions."""
    return versions(meeting)[noun]
