"""Why the figures of a closed meeting's days are others today; apps above add theirs in `AppConfig.ready()`."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse

from feedback.filters import MOST_IDS
from feedback.metrics import Period, number_of
from feedback.models import Meeting, Opportunity, Pack, Review, Submission

ANSWERS = ("destination_id", "reason_id", "detail_id", "competitor_id", "evidence", "would_have_changed", "won_because")
MONEY = ("amount", "amount_estimate", "currency")


@dataclass(frozen=True)
class Change:
    """One kind of thing that was done since, to how many rows, and where those are listed. Nobody is named."""

    words: str
    url: str

    @classmethod
    def of(cls, ids: Collection[int], noun: str, deed: str, page: str = "") -> "Change | None":
        """`3 reviews handed in`; None where there is none."""
        if not ids:
            return None
        url = f"{reverse(page)}?ids={','.join(map(str, sorted(ids)))}" if page and len(ids) <= MOST_IDS else ""
        return cls(f"{number_of(len(ids), noun)} {deed}", url)


Found = Iterable[Change | None]
looks: list[Callable[[Period, datetime], Found]] = []


def add_look(look: Callable[[Period, datetime], Found]) -> None:
    """`look(period, closed_at)` gives what changed since in the rows of these days."""
    looks.append(look)


def changes_since(meeting: Meeting, pack: Pack) -> list[Change]:
    return [each for look in looks for each in look(meeting.period, pack.closed_at) if each]


def register() -> None:
    """What this app looks at."""
    add_look(_reviews)
    add_look(_deals)


def _reviews(period, closed_at):
    reviews = Review.objects.live().filter(opportunity__in=Opportunity.objects.closed_between(period).order_by())
    deeds = Submission.objects.filter(Q(at__gt=closed_at) | Q(withdrawn_at__gt=closed_at)).order_by().values("review")
    touched = reviews.filter(Q(pk__in=deeds) | Q(pk__in=_touched(Review, closed_at))).order_by()
    handed_in, withdrawn, kept = set(), set(), {}
    for review in touched.prefetch_related("submissions"):
        if review.submission:
            if review.submission.at > closed_at:
                handed_in.add(review.pk)
            else:
                kept[review.pk] = review
        elif any(said.at <= closed_at < said.withdrawn_at for said in review.submissions.all()):
            withdrawn.add(review.pk)
    was = _then(Review, kept, closed_at)
    changed = {pk for pk in was if _of(kept[pk], ANSWERS) != _of(was[pk], ANSWERS)}
    yield Change.of(handed_in, "review", "handed in", "feedback:review_list")
    yield Change.of(changed, "review", "changed", "feedback:review_list")
    yield Change.of(withdrawn, "review", "withdrawn")  # drafts again, which no list shows


def _deals(period, closed_at):
    """A deal whose day of closing moved into or out of the meeting's days was closed or taken out since, too."""
    ever = Opportunity.history.filter(closed_on__range=period).order_by().values("id")
    theirs = Opportunity.objects.filter(Q(closed_on__range=period) | Q(pk__in=ever))
    today = theirs.filter(pk__in=_touched(Opportunity, closed_at)).order_by().in_bulk()
    was = _then(Opportunity, today, closed_at)
    here, before = _within(today, period), _within(was, period)
    stayed = here & before
    other = {pk for pk in stayed if today[pk].outcome != was[pk].outcome}
    worth = {pk for pk in stayed if _of(today[pk], MONEY) != _of(was[pk], MONEY)}
    page = "feedback:opportunity_list"
    yield Change.of(here - before, "deal", "closed or added", page)
    yield Change.of(before - here, "deal", "reopened or moved to other days", page)
    yield Change.of(other, "deal", "won instead of lost, or lost instead of won", page)
    yield Change.of(worth, "deal", f"with another amount{_moved(worth, was, today)}", page)


def _moved(ids: set[int], was: dict, today: dict) -> str:
    """Of a single deal from how much to how much."""
    if len(ids) != 1:
        return ""
    [pk] = ids
    then, now = _worth(was[pk]), _worth(today[pk])
    return f": {then}, now {now}" if then != now else ""


def _worth(deal) -> str:
    """An estimate says so; a past row of the history knows its columns only."""
    amount = deal.amount if deal.amount is not None else deal.amount_estimate
    told = "none" if amount is None else f"{amount:,.0f} {deal.currency}"
    return told if deal.amount is not None or amount is None else f"about {told}"


def _touched(model, at: datetime) -> QuerySet:
    return model.history.filter(history_date__gt=at).order_by().values("id")


def _then(model, rows: Collection[int], at: datetime) -> dict:
    """The rows as they were at that moment, by number; those that were not there yet are left out."""
    kept = model.history.filter(id__in=rows, history_date__lte=at)
    return {row.id: row for row in kept.order_by("history_date", "history_id")} if rows else {}


def _within(rows: dict, period: Period) -> set[int]:
    return {pk for pk, row in rows.items() if row.closed_on and period[0] <= row.closed_on <= period[1]}


def _of(row, columns) -> tuple:
    return tuple(getattr(row, column) for column in columns)
