from feedback.metrics import Money, Period, last_months, last_year
from feedback.models import Meeting
from feedback.sections import plain
from objections.metrics import (
    answer_state,
    lost_value_by_theme,
    share_in_theme,
    unanswered_money,
    voices_by_month,
    win_rate_against,
)
from objections.models import Objection, Placement, Theme
from objections.models.objections import Weight

TOP = 6
QUOTES = 3
TREND = 12  # months
# What a quote needs of a voice; the first four say which is best.
VOICE = (
    "objection__is_quote",
    "objection__weight",
    "objection__heard_on",
    "objection",
    "objection__text",
    "objection__raised_by",
    "objection__answer_used",
    "objection__masked",
    "objection__opportunity",
    "objection__opportunity__account__name",
)
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
        "unanswered": plain.money(unanswered_money(period[1])),
        "others": max(len(ranked) - TOP, 0),
        "themes": [
            {
                "id": pk,
                "name": top[pk].name,
                "category": str(top[pk].category),
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

    Who logged them is not said, and buyers' names are masked: a pack is the same for all who read it. No words twice,
    no deal twice.
    """
    placed = Placement.objects.counted().filter(theme__in=themes, objection__heard_on__range=period)
    rows = placed.exclude(objection__text="").filter(objection__masked__isnull=False).order_by()
    rows = rows.values_list("theme", *VOICE)
    found, seen = {}, set()
    for theme, *columns in sorted(rows, key=lambda row: _best_first(*row[1:])):
        voice, chosen = dict(zip(VOICE, columns, strict=True)), found.setdefault(theme, [])
        said = Objection(**{name: voice[f"objection__{name}"] for name in (*Objection.WORDS, "masked")})
        if not said.is_masked:
            continue
        deal = voice["objection__opportunity"]
        marks = {(theme, said.words().casefold()), (theme, deal)}
        if len(chosen) < QUOTES and not marks & seen:
            chosen.append(_quote(voice, said))
            seen |= {mark for mark in marks if mark[1] is not None}
    return found


def _best_first(is_quote, weight, heard_on, pk, *others):
    return not is_quote, HEAVIEST_FIRST.index(weight), -heard_on.toordinal(), -pk


def _quote(voice: dict, said: Objection) -> dict:
    return {
        "text": said.words(),
        "is_quote": voice["objection__is_quote"],
        "raised_by": said.words("raised_by"),
        "weight": Weight(voice["objection__weight"]).label,
        "account": voice["objection__opportunity__account__name"] or "",
        "heard_on": voice["objection__heard_on"],
    }
