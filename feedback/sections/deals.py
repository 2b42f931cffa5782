from collections.abc import Callable

from django.db.models import Prefetch

from feedback.meetings import Rows
from feedback.metrics import Period
from feedback.models import Meeting, Opportunity, Review

SUGGESTED = 5
DEFINITIONS = ("lost-value", "primary-reason", "cycle-length")
ROWS = (
    Rows("Lost deals", "feedback:opportunity_export", {"outcome": "lost", "closed_from": "{0}", "closed_to": "{1}"}),
)
FLAGS = {
    "outside_icp": "Outside the ideal customer profile",
    "objection_unhandled": "An objection went unhandled",
    "message_missed": "Our message missed",
}

MINUTES = 10


def beforehand(period: Period, meeting: Meeting) -> list[dict]:
    return [_deal(deal) for deal in suggested(period)]


def collect(period: Period, meeting: Meeting, largest: Callable[[], list[dict]]) -> dict:
    """The deals the facilitator picked; while none are picked, those lost in the month with the highest value."""
    picked = [_deal(deal) for deal in _with_reviews(discussed(meeting))]
    return {"picked": bool(picked), "deals": picked or largest()}


def discussed(meeting: Meeting):
    """The deals picked for a meeting, in the facilitator's order."""
    found = Opportunity.objects.filter(discussions__meeting=meeting)
    return found.order_by("discussions__position", "closed_on", "pk")


def suggested(period: Period, limit: int = SUGGESTED) -> list[Opportunity]:
    """Deals of the month worth talking about: the largest losses, those of unknown value last."""
    lost = Opportunity.objects.lost().closed_between(period).with_value()
    return list(_with_reviews(lost.order_by("-value", "pk").exclude(value=None))[:limit])


def _with_reviews(deals):
    reviews = Review.objects.live().submitted().select_related("destination", "competitor", "reason", "detail")
    return deals.select_related("account", "product").prefetch_related(
        Prefetch("reviews", reviews.prefetch_related("contributing"), to_attr="submitted_reviews")
    )


def _deal(deal: Opportunity) -> dict:
    """What is shown of one deal. Neither its owner nor the review's author is named."""
    review = next(iter(deal.submitted_reviews), None)
    return {
        "id": deal.pk,
        "name": deal.name,
        "account": str(deal.account or "No account"),
        "value": deal.best_amount,
        "is_estimated": deal.is_estimated,
        "currency": deal.currency,
        "outcome": deal.outcome,
        "closed_on": deal.closed_on,
        "stage": deal.stage,
        "lead_source": deal.lead_source,
        "product": str(deal.product or ""),
        "cycle_days": deal.cycle_days,
        "review": _review(review) if review else None,
    }


def _review(review: Review) -> dict:
    return {
        "destination": str(review.destination or ""),
        "competitor": str(review.competitor or ""),
        "reason": str(review.reason or ""),
        "detail": str(review.detail or ""),
        "contributing": [str(reason) for reason in review.contributing.all()],
        "evidence": review.get_evidence_display(),
        # As everybody may read it, and nothing that still waits to be read: a pack is one for all, and signed.
        "would_have_changed": review.words("would_have_changed") if review.is_masked else "",
        "flags": [words for name, words in FLAGS.items() if getattr(review, name)],
    }
