"""What has to be there before a meeting is held; apps above add their lines in `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode

from feedback.agendas import planned_minutes
from feedback.figures import kept
from feedback.meetings import agenda_of
from feedback.metrics import Money, coverage, money_of, number_of, other_share
from feedback.models import Action, Company, Meeting, Opportunity

VAGUE = 0.10  # over a tenth of reviews that say "other" or "unknown" the reasons say too little; product.md


@dataclass(frozen=True)
class Check:
    """How one thing stands: a few words with its figure, and where it is mended, if that is a page."""

    is_ready: bool
    figure: str
    url: str = ""


@dataclass(frozen=True)
class Line:
    """One thing to look at: `collect(meeting)` says how it stands, by the company's clock."""

    key: str
    position: int
    title: str
    mend: str
    collect: Callable[[Meeting], Check]


lines: dict[str, Line] = {}


def add_line(line: Line) -> None:
    lines[line.key] = line


def readiness_of(meeting: Meeting) -> list[tuple[Line, Check]]:
    """All lines in order, as things stand now."""
    with timezone.override(Company.agreed().zone):
        return [(line, line.collect(meeting)) for line in sorted(lines.values(), key=lambda line: line.position)]


def register() -> None:
    add_line(Line("day", 10, "Day and facilitator", "Set them", day))
    add_line(Line("people", 20, "People", "Choose them", people))
    add_line(Line("reviews", 30, "Reviews still owed", "See which", reviews))
    add_line(Line("vague", 50, "Reasons that say something", "See the reviews", vague))
    add_line(Line("actions", 60, "Actions of meetings before", "See them", actions))
    add_line(Line("deals", 70, "Deals to discuss", "Choose them", deals))
    add_line(Line("agenda", 80, "Agenda", "Change it", agenda))


def day(meeting: Meeting) -> Check:
    held = f"{date_format(meeting.held_on, 'j M Y')}" if meeting.held_on else "No day"
    led = f"led by {meeting.facilitator}" if meeting.facilitator_id else "nobody leads it"
    is_ready = bool(meeting.held_on and meeting.facilitator_id)
    return Check(is_ready, f"{held}, {led}", reverse("feedback:meeting_edit", args=[meeting.pk]))


def people(meeting: Meeting) -> Check:
    count = meeting.attendees.filter(is_active=True).count()
    figure = f"{count} to attend" if count else "Nobody is asked to attend"
    return Check(bool(count), figure, reverse("feedback:meeting_edit", args=[meeting.pk]))


def reviews(meeting: Meeting) -> Check:
    first, last = meeting.period
    deals = Opportunity.objects.owing_review().closed_between(meeting.period)
    owed = kept(f"owed-{first}-{last}", lambda: money_of(deals), stands_on=lambda money: money.deals).value
    asked = {"outcome": "lost", "owes_review": "true", "closed_from": first, "closed_to": last}
    url = f"{reverse('feedback:opportunity_list')}?{urlencode(asked)}"
    figure = f"{owed.deals} owed, {worth(owed)}" if owed.deals else "None owed"
    return Check(not owed.deals, figure, url)


def worth(money: Money) -> str:
    """`worth 120,000 EUR`"""
    return f"worth {money.total:,.0f} {Company.agreed().currency}"


def vague(meeting: Meeting) -> Check:
    first, last = meeting.period
    deals = Opportunity.objects.closed_between(meeting.period)
    covered = kept(f"coverage-{first}-{last}", lambda: coverage(deals), stands_on=lambda found: found.lost).value
    other = kept(f"other-{first}-{last}", lambda: other_share(deals), stands_on=lambda share: share.whole).value
    said = covered.said_unknown + other.part
    url = f"{reverse('feedback:review_list')}?{urlencode({'closed_from': first, 'closed_to': last})}"
    figure = f"“Other” or “unknown” in {said} of {number_of(covered.reviewed, 'review')}"
    return Check(said <= VAGUE * covered.reviewed, figure if covered.reviewed else "No review yet", url)


def actions(meeting: Meeting) -> Check:
    still_open, silent = open_before(meeting).count(), silent_before(meeting).count()
    late = open_before(meeting).overdue(timezone.localdate()).count()
    figure = f"{number_of(still_open, 'open action')}: {silent} without an update, {late} late"
    url = f"{meeting.get_absolute_url()}#last_time"
    return Check(not silent and not late, figure if still_open else "None is open", url)


def open_before(meeting: Meeting):
    """Open actions of the meetings before this one."""
    return Action.objects.open().filter(meeting__in=Meeting.objects.before(meeting).order_by())


def silent_before(meeting: Meeting):
    """Those of which nobody has said how they stand since a meeting before was closed last."""
    last = meeting.closed_before()
    return open_before(meeting).without_update(last.pack.closed_at if last else None)


def agenda(meeting: Meeting) -> Check:
    planned = planned_minutes(agenda_of(meeting))
    url = reverse("feedback:meeting_agenda", args=[meeting.pk])
    return Check(planned <= meeting.minutes, f"{planned} of {number_of(meeting.minutes, 'minute')} planned", url)


def deals(meeting: Meeting) -> Check:
    count = meeting.opportunities.count()
    figure = f"{count} chosen" if count else "None chosen"
    return Check(bool(count), figure, reverse("feedback:meeting_deals", args=[meeting.pk]))
