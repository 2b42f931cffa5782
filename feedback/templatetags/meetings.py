from decimal import Decimal

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from feedback.metrics import Money, number_of
from feedback.models import Pack
from feedback.pictures import columns, pareto_rows

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
