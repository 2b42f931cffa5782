"""What meetings and shared figures put on home pages."""

from django.utils import timezone

from feedback.figures import Figure, kept, oldest
from feedback.home import Panel, add_panel
from feedback.metrics import Coverage, Period, coverage, last_days, last_months, last_year, lost_value_by_month
from feedback.models import Action, Meeting, Opportunity, User
from feedback.permissions import can_close_meeting, can_prepare_meetings, is_leader

SHOWN = 5
MONTHS = 12


def register() -> None:
    add_panel(Panel("next_meeting", 10, "feedback/meetings/_next_panel.html", can_prepare_meetings, next_meeting))
    add_panel(Panel("coverage", 20, "feedback/meetings/_coverage_panel.html", is_leader, covered))
    add_panel(Panel("lost_by_month", 30, "feedback/meetings/_months_panel.html", is_leader, lost_by_month))
    add_panel(Panel("promised", 50, "feedback/meetings/_promised_panel.html", _has_actions, promised))


def next_meeting(user: User) -> dict:
    """The oldest meeting not yet closed, and how ready it is; `meeting` is None when none is being prepared."""
    meeting = Meeting.objects.being_prepared().order_by("first_day", "pk").first()
    if meeting is None:
        return {"meeting": None}
    known = _coverage(meeting.period)
    return {
        "meeting": meeting,
        "coverage": known.value,
        "as_of": known.at,
        "picked": meeting.opportunities.count(),
        "noted": meeting.notes.exclude(text="").count(),
        "can_close": can_close_meeting(user, meeting),
    }


def covered(user: User) -> dict:
    """Coverage of the last 90 days, and of the last year beside it."""
    today = timezone.localdate()
    recent, year = _coverage(last_days(today, 90)), _coverage(last_year(today))
    return {"recent": recent.value, "year": year.value, "as_of": oldest(recent, year)}


def _coverage(period: Period) -> Figure[Coverage]:
    deals = Opportunity.objects.closed_between(period)
    first, last = period
    return kept(f"coverage-{first}-{last}", lambda: coverage(deals), stands_on=lambda found: found.lost)


def lost_by_month(user: User) -> dict:
    months = last_months(timezone.localdate(), MONTHS)
    figure = kept(
        f"lost-by-month-{months[-1]}",
        lambda: lost_value_by_month(Opportunity.objects.all(), months),
        stands_on=lambda found: sum(month.money.deals for month in found),
    )
    found = figure.value
    return {
        "months": found,
        "as_of": figure.at,
        "any": any(each.money.deals for each in found),
        "now": found[-1],
        "before": found[-2],
    }


def promised(user: User) -> dict:
    """Leaders see what is overdue by anybody, the others their own open actions; `count` is of all of them."""
    today = timezone.localdate()
    own = Action.objects.open().filter(owner=user)
    found = (own | Action.objects.overdue(today)) if is_leader(user) else own
    rows = found.for_list()
    return {"count": found.count(), "late": found.overdue(today).count(), "first": rows[:SHOWN]}


def _has_actions(user: User) -> bool:
    return is_leader(user) or Action.objects.open().filter(owner=user).exists()
