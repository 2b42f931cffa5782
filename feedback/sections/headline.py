from feedback.metrics import Money, Period, Share, cycle_length, last_days, lost_value, money_of, month_before, win_rate
from feedback.models import Meeting, Opportunity
from feedback.sections import plain

ROLLING = 90  # days beside the month


def collect(period: Period, meeting: Meeting) -> dict:
    """Lost, won, win rate and cycle length of the month beside the month before."""
    earlier = month_before(period)
    now, before = Opportunity.objects.closed_between(period), Opportunity.objects.closed_between(earlier)
    rolling = win_rate(Opportunity.objects.closed_between(last_days(period[1], ROLLING)))
    cycle, cycle_before = cycle_length(now), cycle_length(before)
    return {
        "before": earlier[0],
        "figures": [
            _money("Lost", "lost-value", lost_value(now), lost_value(before)),
            _money("Won", "", money_of(now.won()), money_of(before.won())),
            _share("Win rate", "win-rate", win_rate(now), win_rate(before), rolling),
            _days("Days to a loss", cycle.lost_days, cycle.lost_n, cycle_before.lost_days),
            _days("Days to a win", cycle.won_days, cycle.won_n, cycle_before.won_days),
        ],
    }


def _money(label: str, definition: str, now: Money, before: Money) -> dict:
    return {
        "kind": "money",
        "label": label,
        "definition": definition,
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


def _days(label: str, now: float | None, n: int, before: float | None) -> dict:
    return {"kind": "days", "label": label, "definition": "cycle-length", "now": now, "n": n, "before": before}
