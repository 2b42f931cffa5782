"""Which deals are reviewed, by whom and when. What the reviews say is for `answers`."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from feedback.business_days import add_business_days
from objections.demo.corpus import address, read
from objections.demo.days import Days
from objections.demo.deals import Deal

WINS = 26
DRAFTS = 7
LATE = {
    5: 0.5,
    4: 0.42,
    3: 0.22,
    2: 0.06,
    1: 0.04,
    0: 0.0,
}  # share of reviews that took weeks, by how many months ago the deal was lost
STAND_IN = {"rhys.calloway": "fiona.garrick"}  # of those who left: the manager of their team


@dataclass(eq=False)
class Review:
    """A planned review; `at` is None for a draft. The answers, from `reason` on, are filled in afterwards."""

    deal: Deal
    kind: str
    author: str
    started: datetime
    at: datetime | None
    destination: str = ""
    reason: str = ""
    detail: str = ""
    other_reason: str = ""
    contributing: list[str] = field(default_factory=list)
    met: list[str] = field(default_factory=list)
    evidence: str = ""
    outside_icp: bool = False
    objection_unhandled: bool = False
    message_missed: bool = False
    reengage_on: date | None = None
    would_have_changed: str = ""
    won_because: str = ""

    @property
    def is_submitted(self) -> bool:
        return self.at is not None


@dataclass(frozen=True)
class Exclusion:
    deal: Deal
    reason: str
    reminders_only: bool
    at: datetime


def reviewer_of(deal: Deal) -> str:
    standing_in = {address(gone): address(manager) for gone, manager in STAND_IN.items()}
    return standing_in.get(deal.owner, deal.owner)


def exclude(deals: list[Deal], days: Days, rng: Random) -> list[Exclusion]:
    """One exclusion for each reason of the corpus, mostly old pipeline; the last two only quiet the reminders."""
    reasons = read("reviews")["excluded_because"]
    old = [deal for deal in _asked(deals, days) if deal.ends_on < days.ago(25)]
    chosen = rng.sample(old, len(reasons))
    return [
        Exclusion(deal, reason, place >= len(reasons) - 2, days.at(_after(deal.ends_on, rng.randint(2, 9), days), rng))
        for place, (deal, reason) in enumerate(zip(chosen, reasons, strict=True))
    ]


def schedule_losses(deals: list[Deal], excluded: list[Exclusion], days: Days, rng: Random) -> None:
    """Gives deals their reviews, as yet without answers; a few for everybody stay owed, some of them late."""
    left_out = {exclusion.deal for exclusion in excluded}
    asked = [deal for deal in _asked(deals, days) if deal not in left_out]
    owed = []
    for author in sorted({reviewer_of(deal) for deal in asked}):
        owed += _owed([deal for deal in asked if reviewer_of(deal) == author], days, rng)
    for deal in asked:
        if deal not in owed:
            deal.review = _review(deal, "loss", _after(deal.ends_on, _lag(deal, days, rng), days), days, rng)
    for deal in rng.sample(owed, DRAFTS):
        draft = _review(deal, "loss", _after(deal.ends_on, 1, days), days, rng)
        draft.at = None
        deal.review = draft


def schedule_wins(deals: list[Deal], days: Days, rng: Random) -> None:
    won = [deal for deal in deals if deal.outcome == "won" and days.ago(210) < deal.ends_on < days.ago(4)]
    for deal in rng.sample(won, min(WINS, len(won))):
        deal.review = _review(deal, "win", _after(deal.ends_on, rng.randint(1, 8), days), days, rng)


def _asked(deals: list[Deal], days: Days) -> list[Deal]:
    return [deal for deal in deals if deal.outcome == "lost" and deal.ends_on >= days.cut_off]


def _owed(asked: list[Deal], days: Days, rng: Random) -> list[Deal]:
    """The latest ones not yet due, and one or two that are late."""
    due_later = [deal for deal in asked if add_business_days(deal.ends_on, 5) >= days.today]
    others = sorted((deal for deal in asked if deal not in due_later), key=lambda deal: (deal.ends_on, deal.number))
    late = [deal for deal in others if deal.ends_on > days.ago(62)]
    if len(late) < 2:
        late = others[-3:]
    kept = due_later if len(due_later) <= 3 else rng.sample(due_later, 3)
    return kept + rng.sample(late, min(len(late), 2 - len(kept) // 2))


def _lag(deal: Deal, days: Days, rng: Random) -> int:
    """Business days from the close to the review. Reps got better at it over the months."""
    if rng.random() < LATE[min(days.months_ago(deal.ends_on), 5)]:
        return rng.randint(8, 30)
    return rng.choices([0, 1, 2, 3, 4, 5, 6], [3, 6, 6, 4, 2, 1, 0.5])[0]


def _after(day: date, count: int, days: Days) -> date:
    return min(add_business_days(day, count), days.last)


def _review(deal: Deal, kind: str, day: date, days: Days, rng: Random) -> Review:
    at = days.at(day, rng)
    return Review(deal, kind, reviewer_of(deal), at - timedelta(seconds=rng.randint(40, 200)), at)
