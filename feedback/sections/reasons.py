from feedback.meetings import Chart, Rows
from feedback.metrics import SMALL, Period, ReasonValues, coverage, value_by_reason
from feedback.models import Meeting, Opportunity
from feedback.sections import plain

DEFINITIONS = ("primary-reason", "lost-value", "review-coverage")
ROWS = (Rows("Reviews", "feedback:review_export", {"kind": "loss", "closed_from": "{0}", "closed_to": "{1}"}),)
STANDS_OUT = 0.5  # of the value: from there on one reason alone is asked about

MINUTES = 5


def collect(period: Period, meeting: Meeting) -> dict:
    """Lost value by primary reason, largest first, with the running share."""
    deals = Opportunity.objects.closed_between(period)
    found = value_by_reason(deals)
    return {
        "finding": found.finding,
        "coverage": str(coverage(deals)),
        "known_value": found.known_value,
        "known_n": found.known_n,
        "bars": [
            {"code": bar.code, "label": bar.label, "share": bar.share, "cumulative": bar.cumulative}
            | plain.money(bar.money)
            for bar in found.bars
        ],
        "stands_out": _stands_out(found),
        "unknown": plain.money(found.unknown),
        "unreviewed": plain.money(found.unreviewed),
    }


def _stands_out(found: ReasonValues) -> str:
    """The reason that makes half of the value by itself, where there are enough deals to say so; else nothing."""
    first = next(iter(found.bars), None)
    return first.label if first and first.share >= STANDS_OUT and found.known_n >= SMALL else ""


def chart(data: dict) -> Chart | None:
    bars = data["bars"]
    if not bars:
        return None
    names, sums = [bar["label"] for bar in bars], [float(bar["total"]) for bar in bars]
    return Chart("bar", data["finding"], names, {"Lost value": sums}, "money")
