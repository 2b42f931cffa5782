from decimal import Decimal

from django import template
from django.template.defaultfilters import date as format_date
from django.utils import timezone
from django.utils.html import format_html

from config.shell import company_of
from feedback.models import Company

register = template.Library()


@register.filter
def undo_url(message) -> str:
    """Where the Undo button of a toast posts to, or nothing."""
    return message.extra_tags.removeprefix("undo:") if (message.extra_tags or "").startswith("undo:") else ""


@register.simple_tag(takes_context=True)
def money(context, amount, currency="", short=False):
    """An amount with its currency: `€ 86,000`, or `€ 1.84 m` when short; a dash for none."""
    if amount is None:
        return "–"
    if not currency:
        currency = _currency(context)
    return f"{SYMBOLS.get(currency, currency)}\u00a0{_short(Decimal(amount)) if short else f'{amount:,.0f}'}"


def _currency(context):
    """The company's; read once for each request, and once for each template rendered without one."""
    if getattr(context, "request", None):
        return company_of(context.request).currency
    if "company_currency" not in context.render_context:
        context.render_context["company_currency"] = Company.current().currency
    return context.render_context["company_currency"]


SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}


def _short(amount: Decimal) -> str:
    for size, unit in ((Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m"), (Decimal(10) ** 3, "k")):
        if abs(amount) >= size:
            # Two places for millions, none for thousands: € 1.84 m beside € 612 k
            shown = f"{amount / size:.{2 if size > 1000 and abs(amount) < 10 * size else 0}f}"
            return f"{shown}\u00a0{unit}"
    return f"{amount:.0f}"


@register.filter
def day(value):
    """A date as `12 Nov 2026` in a <time>."""
    if not value:
        return "–"
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), format_date(value, "j M Y"))


@register.filter
def due(value):
    """A due date in words with its hue: `3 days late`, `due today`, `due in 2 days`, later ones as a date."""
    if not value:
        return "–"
    days = (value - timezone.localdate()).days
    if days < 0:
        hue, words = "pill-danger", f"{-days} day{'s' if days < -1 else ''} late"
    elif days == 0:
        hue, words = "pill-warning", "due today"
    elif days <= 2:
        hue, words = "pill-warning", f"due in {days} day{'s' if days > 1 else ''}"
    else:
        hue, words = "", f"due {format_date(value, 'j M')}"
    return format_html('<time datetime="{}" class="pill {}">{}</time>', value.isoformat(), hue, words)


@register.filter
def percent(share):
    """0.714 as `71 %`; a dash for none."""
    return "–" if share is None else f"{share * 100:.0f}\u00a0%"
