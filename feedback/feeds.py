"""What a private calendar shows is registered here; apps above add theirs in `AppConfig.ready()`.

A calendar is read by programs outside the portal, so an entry says what is due and leads here; it quotes no buyer.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.urls import reverse
from icalendar import Calendar, Event

from feedback.models import Action, Meeting, Opportunity, User

LOOK_BACK = timedelta(days=90)  # what is overdue longer is on the pages, not in the calendar


@dataclass(frozen=True)
class Entry:
    """One whole day: `key` stays the same for the same thing, `path` is where it is done."""

    key: str
    day: date
    title: str
    path: str


Source = Callable[[User], Iterable[Entry]]
sources: dict[str, Source] = {}


def add_source(name: str, source: Source) -> None:
    sources[name] = source


def calendar_of(user: User, *, today: date, at: str) -> bytes:
    """The person's days as iCalendar (RFC 5545); `at` is the portal's address, without a slash at its end."""
    calendar = Calendar()
    calendar.add("prodid", "-//Closed Loop//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Closed Loop")
    calendar.add("x-published-ttl", "PT1H")
    for name in sorted(sources):
        for entry in sources[name](user):
            if entry.day >= today - LOOK_BACK:
                calendar.add_component(_event(entry, at))
    return calendar.to_ical()


def _event(entry, at):
    event = Event()
    event.add("uid", f"{entry.key}@closed-loop")
    event.add("dtstamp", datetime(entry.day.year, entry.day.month, entry.day.day, tzinfo=UTC))
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    event.add("summary", entry.title)
    event.add("url", f"{at}{entry.path}")
    event.add("transp", "TRANSPARENT")
    return event


def owed_reviews(user):
    """One entry a day, with how many: which deals they are is said behind the sign-in."""
    owed = Opportunity.objects.visible_to(user).owing_review().for_reviewer(user)
    days = Counter(deal.review_due_on for deal in owed)
    for day, count in sorted(days.items()):
        title = f"{count} loss review{'' if count == 1 else 's'} due"
        yield Entry(f"reviews-{user.pk}-{day}", day, title, reverse("feedback:review_owed"))


def actions(user):
    for action in Action.objects.open().visible_to(user).filter(owner=user):
        yield Entry(f"action-{action.pk}", action.due_on, f"Action due: {action.text}", reverse("feedback:home"))


def meetings(user):
    for meeting in Meeting.objects.visible_to(user).exclude(held_on=None):
        yield Entry(f"meeting-{meeting.pk}", meeting.held_on, str(meeting), meeting.get_absolute_url())


def register():
    add_source("actions", actions)
    add_source("meetings", meetings)
    add_source("reviews", owed_reviews)
