from feedback.meetings import Chart, Rows
from feedback.metrics import SMALL, Period, value_by_destination
from feedback.metrics.destinations import UNKNOWN, Destinations
from feedback.models import Meeting, Opportunity
from feedback.sections import plain

NO_DECISION = ("status quo", "indecision")
MOST_LOST = 0.4  # of the reviewed deals: from there on "no decision" is asked about
ROWS = (Rows("Reviews", "feedback:review_export", {"kind": "loss", "closed_from": "{0}", "closed_to": "{1}"}),)
DEFINITIONS = ("destination", "primary-reason", "lost-value")

MINUTES = 2


def collect(period: Period, meeting: Meeting) -> dict:
    """Lost value by where the money went, and how many deals of each went there for which reason."""
    found = value_by_destination(Opportunity.objects.closed_between(period))
    most = max((float(each.money.total) for each in found.went), default=0)
    return {
        "reviewed": found.reviewed,
        "unreviewed": plain.money(found.unreviewed),
        "reasons": [{"code": code, "label": label} for code, label in found.reasons.items()],
        "went": [
            {
                "code": each.code,
                "label": each.label,
                "share": float(each.money.total) / most if most else 0.0,
                "counts": [each.reasons.get(code, 0) for code in found.reasons],
            }
            | plain.money(each.money)
            for each in found.went
        ],
        "finding": _finding(found),
        "undecided": _undecided(found),
    }


def chart(data: dict) -> Chart | None:
    went = data["went"]
    if not went:
        return None
    names, sums = [each["label"] for each in went], [float(each["total"]) for each in went]
    return Chart("bar", data["finding"], names, {"Lost value": sums}, "money")


def _finding(found: Destinations) -> str:
    """The picture's title: where most of the value went, of what is known."""
    known = [each for each in found.went if each.code != UNKNOWN]
    total = sum(each.money.total for each in known)
    if not total:
        return "It is not known yet where any money went"
    return f"{known[0].label} took {known[0].money.total / total * 100:.0f}\u00a0% of the lost value whose way we know"


def _undecided(found: Destinations) -> int:
    """Deals that ended without a decision, where they are so many that it is asked about; else 0."""
    deals = sum(each.money.deals for each in found.went if each.code in NO_DECISION)
    return deals if found.reviewed >= SMALL and deals >= MOST_LOST * found.reviewed else 0
