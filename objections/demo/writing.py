"""Writes the planned rows up to a moment, in bulk, so that what happens next meets the portal as it was then."""

from datetime import datetime, timedelta
from random import Random

from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from feedback.models import Exclusion, Opportunity, Review, Submission, User
from objections.demo import reviews
from objections.demo.content import Content
from objections.demo.deals import Deal
from objections.demo.rows import Rows
from objections.demo.story import Story
from objections.demo.usages import Use
from objections.demo.voices import Voice
from objections.models import Objection, Placement, Theme, Usage
from objections.theming.reading import read_words

BY_PERSON = 0.27  # of the placements


class Writer:
    """What waits to be written, each kind with its moments; later kinds point to rows of earlier ones."""

    def __init__(self, story: Story, *, rows: Rows, themes: dict[str, Theme], content: Content, rng: Random):
        self.story, self.rows, self.themes, self.content, self.rng = story, rows, themes, content, rng
        office = story.days.close_of
        closed = [deal for deal in story.deals if deal.outcome != "open"]
        reviewed = [deal.review for deal in story.deals if deal.review]
        self.waiting = [
            (_queue(story.deals, lambda deal: office(deal.created_on)), self._make_deals),
            (_queue(closed, lambda deal: office(deal.ends_on)), self._close_deals),
            (_queue(story.exclusions, lambda exclusion: exclusion.at), self._exclude),
            (_queue(reviewed, lambda review: review.at or review.started), self._review),
            (_queue(story.voices, lambda voice: voice.at), self._say),
            (_queue(story.uses, lambda use: use.at), self._use),
        ]

    def write_until(self, moment: datetime) -> None:
        for queue, write in self.waiting:
            count = next((place for place, (at, _) in enumerate(queue) if at > moment), len(queue))
            if count:
                write([item for _, item in queue[:count]])
                del queue[:count]

    def _make_deals(self, deals: list[Deal]) -> None:
        rows = [self.rows.opportunity(deal) for deal in deals]
        bulk_create_with_history(rows, Opportunity)
        _backdate(rows, [row._history_date for row in rows], "added_at")

    def _close_deals(self, deals: list[Deal]) -> None:
        fields = ["outcome", "stage", "closed_on", "amount", "amount_estimate"]
        bulk_update_with_history([self.rows.closed(deal) for deal in deals], Opportunity, fields)

    def _exclude(self, exclusions: list[reviews.Exclusion]) -> None:
        rows = [
            Exclusion(
                opportunity=self.rows.deals[given.deal],
                reason=given.reason,
                reminders_only=given.reminders_only,
                by=self.rows.people[reviews.reviewer_of(given.deal)],
            )
            for given in exclusions
        ]
        _backdate(Exclusion.objects.bulk_create(rows), [given.at for given in exclusions], "at")

    def _review(self, planned: list[reviews.Review]) -> None:
        rows = [self.rows.review(review) for review in planned]
        bulk_create_with_history(rows, Review)
        _backdate(rows, [review.started for review in planned], "started_at")
        read_words(rows)
        both = list(zip(planned, rows, strict=True))
        reason, met = Review.contributing.through, Review.competitors_met.through
        reason.objects.bulk_create(
            [reason(review=row, reason=self.rows.reasons[code]) for review, row in both for code in review.contributing]
        )
        met.objects.bulk_create(
            [met(review=row, competitor=self.rows.competitors[name]) for review, row in both for name in review.met]
        )
        Submission.objects.bulk_create(
            [Submission(review=row, by=row.author, at=review.at) for review, row in both if review.at]
        )

    def _say(self, voices: list[Voice]) -> None:
        rows = [self.rows.objection(voice) for voice in voices]
        bulk_create_with_history(rows, Objection)
        _backdate(rows, [voice.at for voice in voices], "logged_at")
        read_words(rows)
        placements, moments = [], []
        for voice, row in zip(voices, rows, strict=True):
            if voice.slug:
                by, confidence, at = self._placing(voice)
                placements.append(Placement(objection=row, theme=self.themes[voice.slug], by=by, confidence=confidence))
                moments.append(at)
        _backdate(Placement.objects.bulk_create(placements), moments, "at")

    def _placing(self, voice: Voice) -> tuple[User | None, float | None, datetime]:
        """By whom, how surely and when a voice was put in its theme."""
        if voice.is_same:
            return self.rows.people[voice.author], None, voice.at
        if self.rng.random() < BY_PERSON:
            return self.content.curator, None, voice.at + timedelta(minutes=self.rng.randint(5, 30))
        confidence = round(self.rng.betavariate(6, 1.6) * 0.45 + 0.54, 3)
        return None, confidence, voice.at + timedelta(seconds=1)

    def _use(self, uses: list[Use]) -> None:
        rows = [
            Usage(
                collateral=self.content.pieces[use.slug],
                opportunity=self.rows.deals[use.deal],
                by=self.rows.people[use.by],
                at=use.at,
                helped=use.helped,
            )
            for use in uses
        ]
        Usage.objects.bulk_create(rows, ignore_conflicts=True)


def _queue(items: list, moment_of) -> list[tuple[datetime, object]]:
    return sorted(((moment_of(item), item) for item in items), key=lambda pair: pair[0])


def _backdate(rows: list, moments: list[datetime], field: str) -> None:
    """Sets a column that is filled in with now whatever one gives it."""
    for row, moment in zip(rows, moments, strict=True):
        setattr(row, field, moment)
    if rows:
        type(rows[0]).objects.bulk_update(rows, [field])
