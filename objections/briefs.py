"""The first draft of a brief: what buyers said, how often, what it cost and against whom."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from feedback.models import Company
from objections.models import Theme
from objections.raised import deals_in, voices_in

QUOTES = 5
COMPETITORS = 5


def draft_brief(themes: Iterable[Theme]) -> str:
    """Plain text for the brief of a request, buyers' names masked, for all read it; empty while nobody was heard."""
    voices = voices_in(themes).order_by("-is_quote", "-heard_on", "-id")
    heard = voices.count()
    if not heard:
        return ""
    parts = [_how_often(themes, heard), _what_buyers_said(voices), _against_whom(voices)]
    return "\n\n".join(part for part in parts if part)


def _how_often(themes, heard):
    deals = deals_in(themes)
    today, currency = timezone.localdate(), Company.current().currency
    lost = deals.lost().closed_between((today - timedelta(days=365), today))
    value = lost.in_currency(currency).total_value()
    times = "once" if heard == 1 else f"{heard} times"
    cost = f" {currency} {value:,.0f} lost on {_deals(lost.count())} in the last 12 months." if lost.exists() else ""
    return f"Heard {times} on {_deals(deals.count())}.{cost}"


def _deals(count):
    return "1 deal" if count == 1 else f"{count} deals"


def _what_buyers_said(voices):
    said = [voice for voice in voices.exclude(text="").masked_now()[: 2 * QUOTES] if voice.is_masked][:QUOTES]
    lines = [f"– {_quoted(v)}" + (f" ({v.words('raised_by')})" if v.raised_by else "") for v in said]
    return "\n".join(["What buyers said:", *lines]) if lines else ""


def _quoted(voice):
    words = " ".join(voice.words().split())[:300]
    return f"“{words}”" if voice.is_quote else words


def _against_whom(voices):
    rivals = voices.order_by().exclude(competitor=None).values_list("competitor__name")
    counts = rivals.annotate(n=Count("pk")).order_by("-n", "competitor__name")[:COMPETITORS]
    names = [f"{name} ({n})" for name, n in counts]
    return f"Competitors named: {', '.join(names)}." if names else ""
