"""Do the reason of a lost deal and the objections heard on it agree? A review is asked once where they do not."""

from collections import Counter
from dataclasses import dataclass

from feedback.models import Reason, Review
from objections.models import Placement, ReasonCheck

# The reasons that an objection of a category speaks for, the likeliest first. Of the others ("competitor", "change
# effort") it says nothing: they go with nearly every reason.
SPEAKS_FOR = {
    "price": ("PRICE", "BUDGET"),
    "budget": ("BUDGET", "PRICE"),
    "value": ("VALUE",),
    "timing": ("TIMING", "BUDGET"),
    "authority": ("AUTHORITY",),
    "trust": ("TRUST",),
    "product": ("PRODUCT",),
    "terms": ("TERMS",),
}


@dataclass(frozen=True)
class Question:
    """`heard` is the reason that most objections on the deal speak for, `voices` how many do."""

    review: Review
    heard: Reason
    voices: int


def question_of(review: Review) -> Question | None:
    """What a review is to be asked, or None: it was asked, it agrees, or nothing heard says otherwise."""
    if review.pk is None or review.kind != "loss" or review.reason is None:
        return None
    if ReasonCheck.objects.filter(review=review).exists():
        return None
    heard = heard_on(review.opportunity_id)
    given = codes_of(review)
    if not heard or agrees(given, heard):
        return None
    category, voices = heard.most_common(1)[0]
    reasons = review.taxonomy.reasons.in_use().top_level()
    found = reasons.filter(code=SPEAKS_FOR[category][0]).first()
    return Question(review, found, voices) if found else None


def heard_on(opportunity_id: int) -> Counter:
    """How many live objections of a deal stand in themes of each category that speaks for a reason."""
    placed = Placement.objects.counted().filter(objection__opportunity=opportunity_id)
    codes = placed.order_by("-objection__heard_on", "-pk").values_list("theme__category__code", flat=True)
    return Counter(code for code in codes if code in SPEAKS_FOR)


def codes_of(review: Review) -> set[str]:
    """The codes of the primary and the contributing reasons."""
    return {review.reason.code, *(reason.code for reason in review.contributing.all())}


def agrees(given: set[str], heard) -> bool:
    """Whether one of the reasons is one that one of the categories heard speaks for."""
    return any(given & set(SPEAKS_FOR[category]) for category in heard)
