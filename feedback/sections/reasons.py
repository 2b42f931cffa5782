from feedback.metrics import Period, coverage, value_by_reason
from feedback.models import Meeting, Opportunity
from feedback.sections import plain


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
        "unknown": plain.money(found.unknown),
        "unreviewed": plain.money(found.unreviewed),
    }
