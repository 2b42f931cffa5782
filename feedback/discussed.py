"""What this app suggests to discuss: the largest losses, and those whose reason is rising."""

from feedback.discussing import Ground, add_ground
from feedback.metrics import Period, ReasonCodes, number_of, rising_reasons
from feedback.models import Opportunity, Review
from feedback.sections.deals import SUGGESTED, suggested

RISING = 3  # reasons
PLACES = ("The largest loss", "The second largest loss", "The third largest loss", "The fourth largest loss")


def register() -> None:
    add_ground(Ground("largest", 10, "Large", largest))
    add_ground(Ground("rising", 40, "Rising reason", rising))


def largest(period: Period) -> dict[int, str]:
    names = [*PLACES, *["One of the largest losses"] * SUGGESTED]
    return {deal.pk: f"{name} of the period" for deal, name in zip(suggested(period), names, strict=False)}


def rising(period: Period) -> dict[int, str]:
    """The largest deal of each reason that was given for clearly more deals than in as many days before."""
    found, codes = {}, ReasonCodes.in_force()
    reviews = Review.objects.live().submitted().filter(kind="loss")
    for rise in rising_reasons(Opportunity.objects.all(), period)[:RISING]:
        lost = Opportunity.objects.lost().closed_between(period).with_value().exclude(value=None)
        having = lost.filter(pk__in=reviews.filter(codes.said(rise.code)).values("opportunity"))
        deal = having.order_by("-value", "pk").first()
        if deal:
            why = f"{rise.label} cost us {number_of(rise.now, 'deal')}, {rise.before} in as many days before"
            found.setdefault(deal.pk, f"{why}. This is the largest of them")
    return found
