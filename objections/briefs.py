"""The first draft of a brief: what buyers said, how often, what it cost, against whom, and what reps say works."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from feedback.metrics import number_of
from feedback.models import Company
from objections.models import Answer, ContentRequest, Theme, Usage
from objections.models.objections import Ending
from objections.raised import deals_in, voices_in

QUOTES = 5
COMPETITORS = 5
ANSWERS = 3
LOOKED_BACK = 60  # changes of a request, for earlier wordings of its brief


def draft_brief(themes: Iterable[Theme]) -> str:
    """Plain text for the brief of a request, buyers' names masked, for all read it; empty while nobody was heard."""
    voices = voices_in(themes).order_by("-is_quote", "-heard_on", "-id")
    heard = voices.count()
    if not heard:
        return ""
    parts = [_how_often(themes, heard), _what_buyers_said(voices), _against_whom(voices), _what_works(themes, voices)]
    return "\n\n".join(part for part in parts if part)


def _how_often(themes, heard):
    deals = deals_in(themes)
    today, currency = timezone.localdate(), Company.current().currency
    lost = deals.lost().closed_between((today - timedelta(days=365), today))
    value = lost.in_currency(currency).total_value()
    times = "once" if heard == 1 else f"{heard} times"
    lost_on = number_of(lost.count(), "deal")
    cost = f" {currency} {value:,.0f} lost on {lost_on} in the last 12 months." if lost.exists() else ""
    waiting = deals.open()
    worth = waiting.in_currency(currency).total_value()
    open_on = number_of(waiting.count(), "open deal")
    open_ = f" {currency} {worth:,.0f} at stake on {open_on}." if waiting.exists() else ""
    return f"Heard {times} on {number_of(deals.count(), 'deal')}.{cost}{open_}"


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


def _what_works(themes, voices):
    """The approved answers, what buyers accepted, and what was used and helped: as people said it, no proof."""
    approved = Answer.objects.filter(theme__in=list(themes)).filter(retired_at=None)
    lines = [f"– Approved answer: {_line(answer.text)}" for answer in approved]
    lines += [f"– {words} ({ended})" for words, ended in _accepted(voices)]
    lines += [f"– {title}: helped on {helped} of {answered}" for title, helped, answered in _used(themes)]
    return "\n".join(["What reps say works:", *lines]) if lines else ""


def _accepted(voices):
    """(what was answered, how it ended): answers that buyers accepted in whole or in part, each once, latest first."""
    ended = voices.filter(ending__in=[Ending.ACCEPTED, Ending.PARTLY]).exclude(answer_used="")
    said = {}
    for voice in ended.order_by("-heard_on", "-id").masked_now()[: 10 * ANSWERS]:
        if voice.is_masked:
            said.setdefault(_line(voice.words("answer_used")), voice.get_ending_display().lower())
    return list(said.items())[:ANSWERS]


def _used(themes):
    """(title, how often it helped at least in part, of how many who said so): the pieces that helped most often."""
    answered = Usage.objects.filter(collateral__themes__in=list(themes)).exclude(helped="").order_by()
    counts = answered.values_list("collateral__title").annotate(
        yes=Count("pk", filter=Q(helped__in=["yes", "partly"]), distinct=True), n=Count("pk", distinct=True)
    )
    found = counts.filter(yes__gt=0).order_by("-yes", "collateral__title")[:ANSWERS]
    return [(title, yes, number_of(n, "answer")) for title, yes, n in found]


def _line(words):
    return " ".join(words.split())[:300]


def earlier_briefs(request: ContentRequest) -> list[dict]:
    """The wordings it had before, the newest first, with who wrote each and when."""
    wordings, last = [], request.brief
    for past in request.history.select_related("history_user")[:LOOKED_BACK]:
        if past.brief != last and past.brief:
            wordings.append({"by": past.history_user, "at": past.history_date, "text": past.brief})
        last = past.brief
    return wordings
