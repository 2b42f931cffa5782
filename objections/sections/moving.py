from feedback.meetings import Chart, Rows
from feedback.metrics import Money, Period, period_before
from feedback.models import Meeting
from feedback.sections import plain
from objections.metrics import Move, answer_state, lost_value_by_theme, moving_themes
from objections.models import Theme
from objections.sections.quotes import quotes_of

MOST, UNCLEAR = 4, 3  # of each kind
QUOTES = 2
DEFINITIONS = ("rising-themes", "theme", "lost-value")
ROWS = (Rows("Objections", "objections:objection_export", {"heard_from": "{0}", "heard_to": "{1}"}),)

MINUTES = 2


def collect(period: Period, meeting: Meeting) -> dict:
    """The themes that are heard on a clearly larger or smaller share of deals than in the period before, and new ones,
    each with quotes; and the largest moves that may be chance."""
    earlier = period_before(period)
    active = Theme.objects.active()
    found = moving_themes(active, period, earlier)
    kinds = {"rising": found.rising[:MOST], "new": found.new[:MOST], "falling": found.falling[:MOST]}
    shown = [move.theme for moves in kinds.values() for move in moves]
    themes = active.select_related("category").in_bulk([*shown, *(move.theme for move in found.unclear[:UNCLEAR])])
    lost, states = lost_value_by_theme(shown, period), answer_state([themes[pk] for pk in shown])
    now, then = quotes_of(shown, period, QUOTES), quotes_of([move.theme for move in kinds["falling"]], earlier, QUOTES)
    rows = {
        kind: [
            _row(move, themes[move.theme])
            | {
                "lost": plain.money(lost.get(move.theme, Money())),
                "answer": {"label": states[move.theme].label, "tone": states[move.theme].tone},
                "is_answered": states[move.theme].is_answered,
                "quotes": now.get(move.theme) or then.get(move.theme, []),
            }
            for move in moves
        ]
        for kind, moves in kinds.items()
    }
    unclear = [_row(move, themes[move.theme]) for move in found.unclear[:UNCLEAR]]
    return rows | {"before": list(earlier), "period": list(period), "unclear": unclear, "asks": _asks(rows)}


def _row(move: Move, theme: Theme) -> dict:
    return {
        "id": theme.pk,
        "name": theme.name,
        "category": str(theme.category),
        "owner": theme.get_owner_display(),
        "now": plain.share(move.now),
        "was": plain.share(move.before),
        "chance": round(move.chance, 4),
    }


def _asks(rows: dict) -> str:
    """The first theme that rises, or is new, and has no published answer; else nothing."""
    return next((row["name"] for row in [*rows["rising"], *rows["new"]] if not row["is_answered"]), "")


def chart(data: dict) -> Chart | None:
    """Deals with each theme that moved, beside the period before."""
    moved = [*data["rising"], *data["new"], *data["falling"]]
    if not moved:
        return None
    before, now = [row["was"]["part"] for row in moved], [row["now"]["part"] for row in moved]
    series = {"The period before": before, "This period": now}
    return Chart("bar", "Deals on which it was heard", [row["name"] for row in moved], series)
