from feedback.metrics import Money, Period, last_months, last_year
from feedback.models import Meeting
from feedback.sections import plain
from objections.metrics import (
    answer_state,
    lost_value_by_theme,
    share_in_theme,
    unanswered_lost_value,
    voices_by_month,
    win_rate_against,
)
from objections.models import Objection, Placement, Theme

TOP = 6
QUOTES = 3
TREND = 12  # months
HEAVIEST_FIRST = ["blocker", "concern", "question"]


def collect(period: Period, meeting: Meeting) -> dict:
    """The themes that cost most in the month, each with its trend, quotes and the state of its answer."""
    active = Theme.objects.active()
    months = last_months(period[1], TREND)
    lost, voices = lost_value_by_theme(active, period), voices_by_month(active, months)
    heard = {theme: counts[-1] for theme, counts in voices.items() if counts[-1]}
    ranked = sorted({*lost, *heard}, key=lambda pk: (-lost.get(pk, Money()).total, -heard.get(pk, 0), pk))
    top = Theme.objects.select_related("category").in_bulk(ranked[:TOP])
    states, against = answer_state(top.values()), win_rate_against(top, last_year(period[1]))
    quotes = _quotes(top, period)
    return {
        "in_theme": plain.share(share_in_theme(Objection.objects.heard_between(period))),
        "unanswered": plain.money(unanswered_lost_value(period[1]).money),
        "others": max(len(ranked) - TOP, 0),
        "themes": [
            {
                "id": pk,
                "name": top[pk].name,
                "category": top[pk].category.label,
                "owner": top[pk].get_owner_display(),
                "lost": plain.money(lost.get(pk, Money())),
                "voices": heard.get(pk, 0),
                "trend": voices.get(pk, [0] * TREND),
                "answer": {"key": states[pk].key, "label": states[pk].label, "tone": states[pk].tone},
                "against": str(against[pk]) if pk in against else "",
                "against_n": against[pk].theme.whole if pk in against else 0,
                "quotes": quotes.get(pk, []),
            }
            for pk in ranked[:TOP]
        ],
    }


def _quotes(themes, period: Period) -> dict[int, list[dict]]:
    """At most three voices of the month for each theme: the buyer's own words first, then the heaviest.

    Who logged them is not said. No words twice, no deal twice.
    """
    placed = Placement.objects.counted().filter(theme__in=themes, objection__heard_on__range=period)
    rows = placed.exclude(objection__text="").select_related("objection__opportunity__account")
    found, seen = {}, set()
    for placement in sorted(rows, key=_best_first):
        voice, chosen = placement.objection, found.setdefault(placement.theme_id, [])
        marks = {(placement.theme_id, voice.text.casefold()), (placement.theme_id, voice.opportunity_id)}
        if len(chosen) < QUOTES and not marks & seen:
            chosen.append(_quote(voice))
            seen |= {mark for mark in marks if mark[1] is not None}
    return found


def _best_first(placement: Placement):
    voice = placement.objection
    return not voice.is_quote, HEAVIEST_FIRST.index(voice.weight), -voice.heard_on.toordinal(), -voice.pk


def _quote(voice: Objection) -> dict:
    account = voice.opportunity and voice.opportunity.account
    return {
        "text": voice.text,
        "is_quote": voice.is_quote,
        "raised_by": voice.raised_by,
        "weight": voice.get_weight_display(),
        "account": str(account or ""),
        "heard_on": voice.heard_on,
    }
