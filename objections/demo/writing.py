"""Writes the planned rows up to a moment, in bulk, so that what happens next meets the portal as it was then."""

from datetime import datetime, timedelta
from random import Random

from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from feedback.models import (
    Account,
    Competitor,
    Destination,
    Opportunity,
    Product,
    Reason,
    Review,
    Source,
    Submission,
    Taxonomy,
    User,
)
from feedback.models import Exclusion as ExclusionRow
from objections.demo import reviews
from objections.demo.content import Content
from objections.demo.deals import Deal
from objections.demo.story import Story
from objections.demo.voices import AFTERWARDS, Voice
from objections.models import Objection, Placement, Theme, Usage

CURRENCY = "EUR"
BY_PERSON = 0.27  # of the placements


class Writer:
    """Holds the rows made so far; every method takes what has happened by `moment` and was not yet written."""

    def __init__(
        self,
        story: Story,
        *,
        people: dict[str, User],
        accounts: dict[str, Account],
        products: dict[str, Product],
        competitors: dict[str, Competitor],
        themes: dict[str, Theme],
        content: Content,
        rng: Random,
    ):
        self.story, self.people, self.accounts, self.products = story, people, accounts, products
        self.competitors, self.themes, self.content, self.rng = competitors, themes, content, rng
        self.source = Source.objects.create(name="CRM", reviews_from=story.days.cut_off)
        taxonomy = Taxonomy.objects.current()
        self.taxonomy = taxonomy
        self.reasons = {row.code: row for row in Reason.objects.filter(taxonomy=taxonomy)}
        self.destinations = {row.code: row for row in Destination.objects.filter(taxonomy=taxonomy)}
        self.deals, self.reviews = {}, {}
        office = story.days.close_of
        closed = [deal for deal in story.deals if deal.outcome != "open"]
        self.waiting = {
            "made": _queue(story.deals, lambda deal: office(deal.created_on)),
            "closed": _queue(closed, lambda deal: office(deal.ends_on)),
            "excluded": _queue(story.exclusions, lambda exclusion: exclusion.at),
            "reviewed": _queue([d.review for d in story.deals if d.review], lambda review: review.at or review.started),
            "said": _queue(story.voices, lambda voice: voice.at),
            "used": _queue(story.uses, lambda use: use.at),
        }

    def write_until(self, moment: datetime) -> None:
        for what, write in (
            ("made", self._make_deals),
            ("closed", self._close_deals),
            ("excluded", self._exclude),
            ("reviewed", self._review),
            ("said", self._say),
            ("used", self._use),
        ):
            due = self._due(what, moment)
            if due:
                write(due)

    def _due(self, what: str, moment: datetime) -> list:
        queue = self.waiting[what]
        count = next((place for place, (at, _) in enumerate(queue) if at > moment), len(queue))
        self.waiting[what] = queue[count:]
        return [item for _, item in queue[:count]]

    def _make_deals(self, deals: list[Deal]) -> None:
        days = self.story.days
        rows = []
        for deal in deals:
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
            rows.append(row)
        bulk_create_with_history(rows, Opportunity)
        for row in rows:
            row.added_at = row._history_date
        Opportunity.objects.bulk_update(rows, ["added_at"])

    def _close_deals(self, deals: list[Deal]) -> None:
        rows = []
        for deal in deals:
            row = self.deals[deal]
            row.outcome, row.stage = deal.outcome, f"Closed {deal.outcome}"
            row.closed_on = deal.ends_on
            if not deal.is_amount_known:
                row.amount, row.amount_estimate = None, deal.product["list_price"]
            row._history_date = self.story.days.close_of(deal.ends_on)
            rows.append(row)
        fields = ["outcome", "stage", "closed_on", "amount", "amount_estimate"]
        bulk_update_with_history(rows, Opportunity, fields)

    def _exclude(self, exclusions: list[reviews.Exclusion]) -> None:
        rows = [
            ExclusionRow(
                opportunity=self.deals[given.deal],
                reason=given.reason,
                reminders_only=given.reminders_only,
                by=self.people[reviews.reviewer_of(given.deal)],
            )
            for given in exclusions
        ]
        _make(ExclusionRow, rows, [given.at for given in exclusions], "at")

    def _review(self, planned: list[reviews.Review]) -> None:
        rows = [self._review_row(review) for review in planned]
        bulk_create_with_history(rows, Review)
        contributing, met = Review.contributing.through, Review.competitors_met.through
        links = [
            contributing(review=row, reason=self.reasons[code])
            for review, row in zip(planned, rows, strict=True)
            for code in review.contributing
        ]
        contributing.objects.bulk_create(links)
        links = [
            met(review=row, competitor=self.competitors[name])
            for review, row in zip(planned, rows, strict=True)
            for name in review.met
        ]
        met.objects.bulk_create(links)
        _backdate(rows, [review.started for review in planned], "started_at")
        Submission.objects.bulk_create(
            [
                Submission(review=row, by=row.author, at=review.at)
                for review, row in zip(planned, rows, strict=True)
                if review.at
            ]
        )

    def _review_row(self, review: reviews.Review) -> Review:
        lost_to_rival = review.destination == "competitor"
        row = Review(
            opportunity=self.deals[review.deal],
            kind=review.kind,
            taxonomy=self.taxonomy,
            author=self.people[review.author],
            destination=self.destinations.get(review.destination),
            competitor=self.competitors.get(review.deal.competitor) if lost_to_rival else None,
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

    def _say(self, voices: list[Voice]) -> None:
        rows = [self._objection(voice) for voice in voices]
        bulk_create_with_history(rows, Objection)
        _backdate(rows, [voice.at for voice in voices], "logged_at")
        placed = [(voice, row, *self._placing(voice)) for voice, row in zip(voices, rows, strict=True) if voice.slug]
        _make(
            Placement,
            [
                Placement(objection=row, theme=self.themes[voice.slug], by=by, confidence=confidence)
                for voice, row, by, confidence, _ in placed
            ],
            [at for *_, at in placed],
            "at",
        )

    def _objection(self, voice: Voice) -> Objection:
        remark, deal = voice.remark, voice.deal
        outcome = "" if deal is None else deal.outcome if remark["stage"] == AFTERWARDS else "open"
        answer = self.story.courses.get(voice.slug)
        words = ""
        if answer and answer.is_answered(voice.day) and remark["ending"] in ("accepted", "partly"):
            words = self._first_words(voice.slug)
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
            outcome_when_heard=outcome,
            competitor=self.competitors.get(remark.get("competitor")),
            product=self.products[deal.product["name"]] if deal else None,
            answer_used=words,
            ending=remark["ending"],
            heard_on=voice.day,
            author=self.people[voice.author],
        )
        row._history_date, row._history_user = voice.at, row.author
        return row

    def _first_words(self, slug: str) -> str:
        from objections.demo.corpus import themes

        return themes()[slug]["answer"].partition(". ")[0]

    def _placing(self, voice: Voice) -> tuple[User | None, float | None, datetime]:
        """By whom, how surely and when a voice was put in its theme."""
        if voice.is_same:
            return self.people[voice.author], None, voice.at
        if self.rng.random() < BY_PERSON:
            later = voice.at + timedelta(minutes=self.rng.randint(20, 400))
            return self.content.curator, None, later
        confidence = round(self.rng.betavariate(6, 1.6) * 0.45 + 0.54, 3)
        return None, confidence, voice.at + timedelta(seconds=1)

    def _use(self, uses: list) -> None:
        Usage.objects.bulk_create(
            [
                Usage(
                    collateral=self.content.pieces[use.slug],
                    opportunity=self.deals[use.deal],
                    by=self.people[use.by],
                    at=use.at,
                    helped=use.helped,
                )
                for use in uses
            ],
            ignore_conflicts=True,
        )


def _queue(items: list, moment_of) -> list[tuple[datetime, object]]:
    return sorted(((moment_of(item), item) for item in items), key=lambda pair: pair[0])


def _make(model, rows: list, moments: list[datetime], field: str) -> None:
    _backdate(model.objects.bulk_create(rows), moments, field)


def _backdate(rows: list, moments: list[datetime], field: str) -> None:
    """Sets a column that the database layer fills in with now."""
    for row, moment in zip(rows, moments, strict=True):
        setattr(row, field, moment)
    if rows:
        type(rows[0]).objects.bulk_update(rows, [field])
