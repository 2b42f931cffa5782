"""Makes unsaved rows of what was planned."""

from dataclasses import dataclass, field

from feedback.models import (
    Account,
    Competitor,
    Destination,
    Opportunity,
    Product,
    Reason,
    Review,
    Source,
    Taxonomy,
    User,
)
from objections.demo.corpus import themes
from objections.demo.deals import Deal
from objections.demo.reviews import Review as PlannedReview
from objections.demo.story import Story
from objections.demo.voices import AFTERWARDS, Voice
from objections.models import Objection

CURRENCY = "EUR"


@dataclass
class Rows:
    """Rows that others point to, by name, mail address or code; `deals` and `reviews` are kept as they are made."""

    story: Story
    people: dict[str, User]
    accounts: dict[str, Account]
    products: dict[str, Product]
    competitors: dict[str, Competitor]
    deals: dict[Deal, Opportunity] = field(default_factory=dict)
    reviews: dict[PlannedReview, Review] = field(default_factory=dict)

    def __post_init__(self):
        self.source = Source.objects.create(name="CRM", reviews_from=self.story.days.cut_off)
        self.taxonomy = Taxonomy.objects.current()
        self.reasons = {row.code: row for row in Reason.objects.filter(taxonomy=self.taxonomy)}
        self.destinations = {row.code: row for row in Destination.objects.filter(taxonomy=self.taxonomy)}

    def opportunity(self, deal: Deal) -> Opportunity:
        """The deal as it was when it was new; if it is open still, in the stage it has come to."""
        days = self.story.days
        row = Opportunity(
            source=self.source,
            external_id=f"P-{1000 + deal.number}",
            name=deal.name,
            account=self.accounts[deal.account["name"]],
            owner=self.people[deal.owner],
            product=self.products[deal.product["name"]],
            stage=deal.stage_on(days.last if deal.outcome == "open" else deal.created_on),
            amount=deal.amount,
            currency=deal.currency or CURRENCY,
            created_on=deal.created_on,
            lead_source=deal.lead_source["name"],
        )
        row._history_date, row._history_user = days.close_of(deal.created_on), row.owner
        self.deals[deal] = row
        return row

    def closed(self, deal: Deal) -> Opportunity:
        """The row of the deal, changed to how it ended."""
        row = self.deals[deal]
        row.outcome, row.stage = deal.outcome, f"Closed {deal.outcome}"
        row.closed_on = deal.ends_on
        if not deal.is_amount_known:
            row.amount, row.amount_estimate = None, deal.product["list_price"]
        row._history_date = self.story.days.close_of(deal.ends_on)
        return row

    def review(self, review: PlannedReview) -> Review:
        rival = review.deal.competitor if review.destination == "competitor" else ""
        row = Review(
            opportunity=self.deals[review.deal],
            kind=review.kind,
            taxonomy=self.taxonomy,
            author=self.people[review.author],
            destination=self.destinations.get(review.destination),
            competitor=self.competitors.get(rival),
            reason=self.reasons.get(review.reason),
            detail=self.reasons.get(review.detail),
            other_reason=review.other_reason,
            evidence=review.evidence,
            outside_icp=review.outside_icp,
            objection_unhandled=review.objection_unhandled,
            message_missed=review.message_missed,
            reengage_on=review.reengage_on,
            would_have_changed=review.would_have_changed,
            won_because=review.won_because,
        )
        row._history_date, row._history_user = review.started, row.author
        self.reviews[review] = row
        return row

    def objection(self, voice: Voice) -> Objection:
        remark, deal = voice.remark, voice.deal
        row = Objection(
            opportunity=self.deals.get(deal),
            review=self.reviews.get(voice.told),
            text=remark["text"],
            is_quote=remark["quote"],
            is_same=voice.is_same,
            kind=remark["kind"],
            weight=remark["weight"],
            raised_by=remark["role"],
            stage=remark["stage"],
            outcome_when_heard=_outcome_then(voice),
            competitor=self.competitors.get(remark.get("competitor")),
            product=self.products[deal.product["name"]] if deal else None,
            answer_used=self._answer_used(voice),
            ending=remark["ending"],
            heard_on=voice.day,
            author=self.people[voice.author],
        )
        row._history_date, row._history_user = voice.at, row.author
        return row

    def _answer_used(self, voice: Voice) -> str:
        """The first sentence of the approved answer, where there was one and it helped."""
        course = self.story.courses.get(voice.slug)
        if course and course.is_answered(voice.day) and voice.remark["ending"] in ("accepted", "partly"):
            return themes()[voice.slug]["answer"].partition(". ")[0]
        return ""


def _outcome_then(voice: Voice) -> str:
    if voice.deal is None:
        return ""
    return voice.deal.outcome if voice.remark["stage"] == AFTERWARDS else "open"
