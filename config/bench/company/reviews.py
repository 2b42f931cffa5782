from datetime import date, timedelta
from random import Random

from config.bench.company.deals import BATCH, Deals
from config.bench.company.moments import moment, moments_given
from feedback.models import Destination, Opportunity, Reason, Review, Submission, Taxonomy
from feedback.models.reviews import Evidence

REVIEWED = 0.72  # of lost deals; the others owe a review where the cut-off asks for one
DRAFTED = 0.05


def make_reviews(deals: Deals, today: date, dice: Random) -> dict[int, Review]:
    """Reviews by the id of their deal, most of them submitted."""
    taxonomy = Taxonomy.objects.current()
    codes = {
        "taxonomy": taxonomy,
        "destinations": list(Destination.objects.filter(taxonomy=taxonomy)),
        "reasons": list(Reason.objects.filter(taxonomy=taxonomy).top_level()),
        "details": _details(taxonomy),
        "rivals": deals.competitors,
    }
    rows = [_review(deal, codes, today, dice) for deal in deals.lost if dice.random() < REVIEWED + DRAFTED]
    with moments_given(Review, "started_at"):
        reviews = Review.objects.bulk_create(rows, batch_size=BATCH)
    handed_in = [review for review in reviews if dice.random() < REVIEWED / (REVIEWED + DRAFTED)]
    Submission.objects.bulk_create(
        [Submission(review=r, by=r.author, at=r.started_at + timedelta(minutes=9)) for r in handed_in], batch_size=BATCH
    )
    _contributing(reviews, codes["reasons"], dice)
    return {review.opportunity_id: review for review in reviews}


def _details(taxonomy: Taxonomy) -> dict[int, list[Reason]]:
    found = {}
    for detail in Reason.objects.filter(taxonomy=taxonomy, parent__isnull=False):
        found.setdefault(detail.parent_id, []).append(detail)
    return found


def _review(deal: Opportunity, codes: dict, today: date, dice: Random) -> Review:
    reason = codes["reasons"][min(int(dice.expovariate(0.35)), len(codes["reasons"]) - 1)]
    destination = dice.choice(codes["destinations"])
    day = min(deal.closed_on + timedelta(days=dice.randrange(9)), today)
    review = Review(
        opportunity=deal,
        taxonomy=codes["taxonomy"],
        author=deal.owner,
        destination=destination,
        competitor=dice.choice(codes["rivals"]) if destination.code == Destination.COMPETITOR else None,
        reason=reason,
        detail=dice.choice(codes["details"].get(reason.pk, [None])),
        other_reason="Something else" if reason.code == Reason.OTHER else "",
        evidence=dice.choice(Evidence.values),
        outside_icp=dice.random() < 0.1,
        objection_unhandled=dice.random() < 0.2,
        would_have_changed="An offer a month earlier, and somebody of their own trade to talk to.",
        started_at=moment(day, dice),
    )
    review.masked = review.as_masked({column: getattr(review, column) for column in review.WORDS})  # nobody is named
    return review


def _contributing(reviews: list[Review], reasons: list[Reason], dice: Random) -> None:
    through = Review.contributing.through
    rows = [
        through(review=review, reason=reason)
        for review in reviews
        for reason in dice.sample(reasons, dice.randrange(3))
        if reason != review.reason
    ]
    through.objects.bulk_create(rows, batch_size=BATCH)
