"""What this app suggests to discuss: the most telling deals, and those where reason and objections differ."""

from collections import Counter, defaultdict

from feedback.discussing import Ground, add_ground
from feedback.metrics import Period
from feedback.models import Opportunity, Review
from objections.metrics import telling
from objections.models import Placement, ReasonCheck
from objections.reason_checks import SPEAKS_FOR, agrees, codes_of

MOST = 5
FEWEST = 50  # points; under that a deal has little to tell


def register() -> None:
    add_ground(Ground("telling", 20, "Telling", most_telling))
    add_ground(Ground("disagrees", 30, "Reason in doubt", disagreeing))


def most_telling(period: Period) -> dict[int, str]:
    found = telling(Opportunity.objects.closed_between(period))
    best = [(pk, each) for pk, each in found.items() if each.score >= FEWEST][:MOST]
    return {pk: f"{each.score} of 100 points for what it tells: {', '.join(each.said)}" for pk, each in best}


def disagreeing(period: Period) -> dict[int, str]:
    """Reviews that give no reason for which the objections on their deal speak; those nobody was asked about first."""
    deals = Opportunity.objects.lost().closed_between(period).order_by()
    heard = _heard(deals)
    reviews = Review.objects.live().submitted().filter(kind="loss", opportunity__in=heard).exclude(reason=None)
    asked = set(ReasonCheck.objects.filter(review__in=reviews).values_list("review", flat=True))
    found = []
    for review in reviews.select_related("reason").prefetch_related("contributing").order_by("opportunity"):
        names = heard[review.opportunity_id]
        if not agrees(codes_of(review), [code for code, _ in names]):
            said = ", ".join(f"{name.lower()} {n}×" for (_, name), n in names.most_common())
            kept = ". Asked once, the answer was kept beside it" if review.pk in asked else ""
            words = f"{review.reason} is the reason, but the objections speak of: {said}{kept}"
            found.append((review.pk in asked, -names.total(), review.opportunity_id, words))
    return {deal: words for *_, deal, words in sorted(found)[:MOST]}


def _heard(deals) -> dict[int, Counter]:
    """Deal id → how many of its live objections stand in themes of each (code, label) that speaks for a reason."""
    found = defaultdict(Counter)
    placed = Placement.objects.counted().filter(objection__opportunity__in=deals).order_by()
    category = ("theme__category__code", "theme__category__label")
    for deal, code, label in placed.values_list("objection__opportunity", *category):
        if code in SPEAKS_FOR:
            found[deal][code, label] += 1
    return found
