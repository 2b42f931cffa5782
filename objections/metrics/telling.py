from collections import Counter
from dataclasses import dataclass

from django.db.models import QuerySet

from feedback.models import Review
from feedback.models.reviews import Evidence
from objections.models import Objection, Placement
from objections.models.objections import Weight

QUOTES, THEMES = 3, 3  # more of them say no more


@dataclass(frozen=True)
class Telling:
    """How much a lost deal has to tell: points of each part, and how they came about. The points add up to `score`,
    from 0 to 100."""

    review: int
    quotes: int
    themes: int
    weight: int
    said: tuple[str, ...]

    @property
    def score(self) -> int:
        return self.review + self.quotes + self.themes + self.weight


def telling(opportunities: QuerySet) -> dict[int, Telling]:
    """Deal id → how telling it is, of lost deals with a submitted review or an objection; the most telling first.

    * review, up to 30: 10 for a reason that is known, 10 for what would have changed it, 5 for evidence that the buyer
      gave, 5 for contributing reasons;
    * quotes, up to 30: 10 for each objection in the buyer's own words;
    * themes, up to 30: 10 for each theme its objections stand in;
    * weight, 10: one of the objections was a blocker.

    Four queries.
    """
    deals = opportunities.lost().order_by().values("pk")
    reviews = {}
    rows = Review.objects.live().submitted().filter(kind="loss", opportunity__in=deals)
    for review in rows.select_related("reason").prefetch_related("contributing"):
        reviews[review.opportunity_id] = review
    quotes, blockers = _voices(deals)
    themes = _themes(deals)
    found = {
        pk: _telling(reviews.get(pk), quotes[pk], themes[pk], pk in blockers)
        for pk in {*reviews, *quotes, *themes, *blockers}
    }
    return dict(sorted(found.items(), key=lambda each: (-each[1].score, each[0])))


def _voices(deals) -> tuple[Counter, set[int]]:
    quotes, blockers = Counter(), set()
    heard = Objection.objects.live().filter(opportunity__in=deals).order_by()
    for deal, is_quote, text, weight in heard.values_list("opportunity", "is_quote", "text", "weight"):
        if is_quote and text:
            quotes[deal] += 1
        if weight == Weight.BLOCKER:
            blockers.add(deal)
    return quotes, blockers


def _themes(deals) -> Counter:
    placed = Placement.objects.counted().filter(objection__opportunity__in=deals).order_by()
    return Counter(deal for deal, _ in set(placed.values_list("objection__opportunity", "theme")))


def _telling(review: Review | None, quotes: int, themes: int, is_blocked: bool) -> Telling:
    said, points = [], 0
    if review is not None:
        points = _review(review)
        said.append(f"review {points} of 30")
    if quotes:
        said.append(f"{quotes} quote{'' if quotes == 1 else 's'}")
    if themes:
        said.append(f"{themes} theme{'' if themes == 1 else 's'}")
    if is_blocked:
        said.append("a blocker")
    weight = 10 if is_blocked else 0
    return Telling(points, 10 * min(quotes, QUOTES), 10 * min(themes, THEMES), weight, tuple(said))


def _review(review: Review) -> int:
    is_known = review.reason is not None and review.reason.code != review.reason.UNKNOWN
    by_buyer = review.evidence in (Evidence.SAID, Evidence.IMPLIED)
    parts = ((is_known, 10), (review.would_have_changed, 10), (by_buyer, 5), (review.contributing.all(), 5))
    return sum(points for given, points in parts if given)
