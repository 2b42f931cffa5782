from django.db.models import Count

from feedback.meetings import Chart, Rows
from feedback.metrics import SMALL, Period, coverage, other_share, period_before
from feedback.models import Meeting, Opportunity, Review
from feedback.models.reviews import Evidence
from feedback.points import Point
from feedback.sections import plain

THIN = 0.6  # of the lost deals with a known reason: under it what follows rests on too few
OTHER_ALARM = 0.10  # over a tenth of OTHER the list of reasons does not fit; product.md

MINUTES = 5


def collect(period: Period, meeting: Meeting) -> dict:
    """How much of what was lost we know the reason of, and how well."""
    deals = Opportunity.objects.closed_between(period)
    found, before = coverage(deals), coverage(Opportunity.objects.closed_between(period_before(period)))
    other = other_share(deals)
    return {
        "words": str(found),
        "known": plain.share(found.share),
        "known_before": plain.share(before.share),
        "value_share": found.value_share,
        "lost": found.lost,
        "asked": found.asked,
        "reviewed": found.reviewed,
        "owed": found.owed,
        "not_asked": found.not_asked,
        "by_rule": found.by_rule,
        "asked_value": found.asked_value,
        "known_value": found.known_value,
        "evidence": _evidence(deals),
        "other": plain.share(other),
        "other_alarm": bool(other.whole) and other.value > OTHER_ALARM,
        "period": list(period),
        "before": list(period_before(period)),
        "thin": bool(found.asked >= SMALL and found.share.value < THIN),
    }


DEFINITIONS = ("review-coverage", "evidence", "other-and-unknown")
ROWS = (
    Rows("Lost deals", "feedback:opportunity_export", {"outcome": "lost", "closed_from": "{0}", "closed_to": "{1}"}),
    Rows("Reviews", "feedback:review_export", {"kind": "loss", "closed_from": "{0}", "closed_to": "{1}"}),
)


def points(data: dict) -> list[Point]:
    return [Point.of_counts("coverage", "Reasons known", data["known"])]


def chart(data: dict) -> Chart | None:
    kinds = data["evidence"]
    if not kinds:
        return None
    names, counts = [kind["label"] for kind in kinds], [kind["n"] for kind in kinds]
    return Chart("bar", "How we know the reasons", names, {"Reviews": counts})


def _evidence(deals) -> list[dict]:
    """How we know: submitted reviews by the kind of evidence, the strongest first."""
    reviews = Review.objects.live().submitted().filter(kind="loss", opportunity__in=deals.lost().order_by())
    counts = dict(reviews.order_by().values_list("evidence").annotate(n=Count("pk")))
    kinds = [*Evidence.choices, ("", "Not said")]
    return [{"label": label, "n": counts[value]} for value, label in kinds if counts.get(value)]
