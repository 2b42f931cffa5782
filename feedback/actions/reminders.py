from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from feedback.actions.notifications import notify
from feedback.metrics import number_of
from feedback.models import Company, Meeting, Opportunity, User
from feedback.readiness import readiness_of, silent_before


@dataclass(frozen=True)
class Reminder:
    """What one person owes to a meeting, in words, and where they do it."""

    person: User
    words: str
    url: str


def reminders_of(meeting: Meeting) -> list[Reminder]:
    """Whoever owes something to a meeting, and what: reviews of its period, an update of an action, and for the
    facilitator what is not ready. Neither a customer nor the words of an action are named.

    It looks at much, and so is asked for before a transaction begins that keeps others from writing.
    """
    currency = Company.agreed().currency
    reviews, actions = _owed_reviews(meeting), _silent_actions(meeting)
    missing, found = _missing(meeting), []
    for person in {**reviews, **actions, **missing}:
        words, urls = [], []
        if person in reviews:
            count, value = reviews[person]
            words.append(f"You owe {number_of(count, 'review')} of what it looks at, worth {value:,.0f} {currency}.")
            urls.append(reverse("feedback:review_owed"))
        if person in actions:
            words.append(f"You promised {number_of(actions[person], 'action')}: say how far you are.")
            urls.append(reverse("feedback:home"))
        if person in missing:
            words.append(f"Not ready yet: {', '.join(missing[person])}.")
            urls = [f"{meeting.get_absolute_url()}#readiness"]
        found.append(Reminder(person, " ".join(words), urls[0]))
    return found


@transaction.atomic
def remind(*, meeting: Meeting, reminders: Iterable[Reminder], key: str) -> int:
    """Tells each what they owe to the meeting in one notification, once for each `key`.

    Returns how many people owe something and want to be told of it.
    """
    on = f" is on {date_format(meeting.held_on, 'j M')}" if meeting.held_on else " is being prepared"
    about = {"kind": "meeting-soon", "key": key, "title": f"{meeting}{on}"}
    return sum(notify(users=[each.person], body=each.words, url=each.url, **about) for each in reminders)


def remind_now(*, meeting: Meeting) -> int | None:
    """Tells them now, at most once a day of the company's; None where that was done today already."""
    today = timezone.localdate(timezone=Company.agreed().zone)
    once = Meeting.objects.filter(pk=meeting.pk).filter(Q(reminded_on=None) | Q(reminded_on__lt=today))
    reminders = reminders_of(meeting) if once.exists() else []
    with transaction.atomic():
        if not once.update(reminded_on=today):
            return None
        return remind(meeting=meeting, reminders=reminders, key=f"remind:{meeting.pk}:{today}")


def _owed_reviews(meeting):
    """Person → how many reviews they owe of its period, and their value; none that were put off."""
    owed = Opportunity.objects.owing_review().to_remind().closed_between(meeting.period).with_value()
    sums = defaultdict(lambda: (0, 0))
    for deal in owed.select_related("owner__team__manager").prefetch_related("assignments__to"):
        if deal.reviewer:
            count, value = sums[deal.reviewer]
            is_ours = deal.currency == Company.agreed().currency
            sums[deal.reviewer] = count + 1, value + (deal.value or 0) * is_ours
    return dict(sums)


def _silent_actions(meeting) -> dict[User, int]:
    counts = defaultdict(int)
    for action in silent_before(meeting).select_related("owner"):
        counts[action.owner] += 1
    return dict(counts)


def _missing(meeting):
    """The facilitator → the lines that are not ready."""
    waiting = [line.title.lower() for line, check in readiness_of(meeting) if not check.is_ready]
    return {meeting.facilitator: waiting} if meeting.facilitator and waiting else {}
