from decimal import Decimal

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from feedback.models import Pack
from feedback.pictures import pareto_rows

register = template.Library()


@register.filter
def stored_html(pack: Pack) -> SafeString:
    """The page a meeting was closed with."""
    # Safe: it is what our own autoescaping templates made when the meeting was closed, and nothing else writes it;
    # `manage.py verify_meetings` tells whether it is still the same.
    return mark_safe(pack.html)  # noqa: S308


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
