from datetime import date

from feedback.meetings import Chart, Rows
from feedback.metrics import (
    Money,
    Period,
    Share,
    cycle_length,
    difference,
    in_words,
    last_days,
    lost_value,
    money_of,
    period_before,
    whole_months,
    win_rate,
)
from feedback.models import Meeting, Opportunity
from feedback.points import Point
from feedback.sections import plain

ROLLING = 90  # days beside the month

MINUTES = 5


def collect(period: Period, meeting: Meeting) -> dict:
    """Lost, won, win rate and cycle length of the period beside the one before."""
    earlier = period_before(period)
    now, before = Opportunity.objects.closed_between(period), Opportunity.objects.closed_between(earlier)
    rolling = win_rate(Opportunity.objects.closed_between(last_days(period[1], ROLLING)))
    cycle, cycle_before = cycle_length(now), cycle_length(before)
    won, won_before = win_rate(now), win_rate(before)
    return {
        "before": earlier[0],
        "before_words": _words(earlier),
        "now_words": _words(period),
        "asks": _moved(won, won_before),
        "figures": [
            _money("Lost", "lost-value", "lost", lost_value(now), lost_value(before)),
            _money("Won", "won-value", "won", money_of(now.won()), money_of(before.won())),
            _share("Win rate", "win-rate", won, won_before, rolling),
            _days("Days to a loss", "lost", cycle.lost_days, cycle.lost_n, cycle_before.lost_days),
            _days("Days to a win", "won", cycle.won_days, cycle.won_n, cycle_before.won_days),
        ],
    }


def _words(period: Period) -> str:
    return f"{period[0]:%B}" if whole_months(period) == 1 else in_words(period)


DEFINITIONS = ("lost-value", "won-value", "win-rate", "cycle-length")
ROWS = (Rows("Closed deals", "feedback:opportunity_export", {"closed_from": "{0}", "closed_to": "{1}"}),)


def chart(data: dict) -> Chart:
    """What was lost and won, beside the period before. Packs from when every period was a month name neither."""
    sums = [figure for figure in data["figures"] if figure["kind"] == "money"]
    before = data.get("before_words") or f"{date.fromisoformat(data['before']):%B}"
    series = {
        before: [float(figure["before"]["total"]) for figure in sums],
        data.get("now_words", "This month"): [float(figure["now"]["total"]) for figure in sums],
    }
    return Chart("column", "Lost and won", [figure["label"] for figure in sums], series, "money")


def _moved(now: Share, before: Share) -> str:
    """The win rate's name where the 95 % interval of its change leaves out nought, of twenty deals or more in each."""
    change = None if now.is_small or before.is_small else difference(now, before)
    return "The win rate" if change and (change.low > 0 or change.high < 0) else ""


def points(data: dict) -> list[Point]:
    return [_point(figure) for figure in data["figures"]]


def _point(figure: dict) -> Point:
    key, now = figure["label"].lower().replace(" ", "-"), figure["now"]
    if figure["kind"] == "money":
        return Point(key, figure["label"], "money", float(now["total"]), now["deals"])
    if figure["kind"] == "share":
        return Point.of_counts(key, figure["label"], now)
    return Point(key, figure["label"], "days", now, figure["n"])


def _money(label: str, definition: str, outcome: str, now: Money, before: Money) -> dict:
    return {
        "kind": "money",
        "label": label,
        "definition": definition,
        "outcome": outcome,
        "now": plain.money(now),
        "before": plain.money(before),
        "change": float((now.total - before.total) / before.total) if before.total else None,
    }


def _share(label: str, definition: str, now: Share, before: Share, rolling: Share) -> dict:
    return {
        "kind": "share",
        "label": label,
        "definition": definition,
        "now": plain.share(now),
        "before": plain.share(before),
        "rolling": plain.share(rolling),
        "rolling_days": ROLLING,
    }


def _days(label: str, outcome: str, now: float | None, n: int, before: float | None) -> dict:
    told = {"kind": "days", "label": label, "definition": "cycle-length", "outcome": outcome}
    return told | {"now": now, "n": n, "before": before}
