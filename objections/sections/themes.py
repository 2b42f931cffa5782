from feedback.meetings import Chart, Line, Rows
from feedback.metrics import Money, Period, last_months, last_year, number_of
from feedback.models import Meeting
from feedback.points import Point
from feedback.sections import plain
from objections.metrics import (
    answer_state,
    lost_value_by_theme,
    share_in_theme,
    unanswered_money,
    voices_between,
    voices_by_month,
    win_rate_against,
)
from objections.models import Objection, Theme
from objections.sections.quotes import quotes_of

TOP = 6
IN_SHORT = 3  # of them in the one-page summary
TREND = 12  # months

MINUTES = 6


def collect(period: Period, meeting: Meeting) -> dict:
    """The themes that cost most in the month, each with its trend, quotes and the state of its answer."""
    active = Theme.objects.active()
    months = last_months(period[1], TREND)
    lost, voices = lost_value_by_theme(active, period), voices_by_month(active, months)
    heard = voices_between(active, period)
    ranked = sorted({*lost, *heard}, key=lambda pk: (-lost.get(pk, Money()).total, -heard.get(pk, 0), pk))
    top = Theme.objects.select_related("category").in_bulk(ranked[:TOP])
    states, against = answer_state(top.values()), win_rate_against(top, last_year(period[1]))
    quotes = quotes_of(top, period)
    return {
        "in_theme": plain.share(share_in_theme(Objection.objects.heard_between(period))),
        "unanswered": plain.money(unanswered_money(period[1])),
        "asks": next((top[pk].name for pk in ranked[:TOP] if not states[pk].is_answered and pk in lost), ""),
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


DEFINITIONS = ("theme", "lost-value", "unanswered-lost-value", "win-rate-against-a-theme")
ROWS = (Rows("Objections", "objections:objection_export", {"heard_from": "{0}", "heard_to": "{1}"}),)


def chart(data: dict) -> Chart | None:
    themes = data["themes"]
    if not themes:
        return None
    sums = [float(theme["lost"]["total"]) for theme in themes]
    names = [theme["name"] for theme in themes]
    return Chart("bar", "Lost value by theme", names, {"Lost value": sums}, "money")


def points(data: dict) -> list[Point]:
    unanswered = data["unanswered"]
    words = "Unanswered lost value, 12 months"
    return [Point("unanswered", words, "money", float(unanswered["total"]), unanswered["deals"])]


def lines(data: dict) -> list[Line]:
    """The dearest themes without a quote: mails leave the portal, and marketers read buyers masked."""
    return [
        Line(
            theme["name"],
            float(theme["lost"]["total"]),
            f"heard {number_of(theme['voices'], 'time')} · {theme['answer']['label']}",
        )
        for theme in data["themes"][:IN_SHORT]
    ]
