from collections import defaultdict

from django.db.models import QuerySet

from feedback.metrics import Share
from feedback.models import Reason, Review
from objections.models import Placement
from objections.reason_checks import SPEAKS_FOR, agrees


def reason_agreement(opportunities: QuerySet) -> Share:
    """Definition "reason agreement": lost deals whose reasons are among those that the objections heard on them speak
    for ÷ lost deals with a known reason and such an objection. Three queries."""
    reviews = Review.objects.live().submitted().filter(kind="loss", opportunity__in=opportunities.order_by())
    known = reviews.exclude(reason=None).exclude(reason__code__in=(Reason.UNKNOWN, Reason.OTHER))
    given = {pk: (deal, {code}) for pk, deal, code in known.order_by().values_list("pk", "opportunity", "reason__code")}
    also = Review.contributing.through.objects.filter(review__in=known.order_by().values("pk"))
    for pk, code in also.values_list("review", "reason__code"):
        given[pk][1].add(code)
    deals = {deal for deal, _ in given.values()}
    placed = Placement.objects.counted().filter(objection__opportunity__in=opportunities.order_by().values("pk"))
    heard = defaultdict(set)
    for deal, code in placed.order_by().values_list("objection__opportunity", "theme__category__code").distinct():
        if deal in deals and code in SPEAKS_FOR:
            heard[deal].add(code)
    asked = [(codes, heard[deal]) for deal, codes in given.values() if deal in heard]
    return Share(sum(agrees(codes, said) for codes, said in asked), len(asked))
