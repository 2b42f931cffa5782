"""What somebody should know before a meeting is closed; nothing of it stands in the way."""

from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from feedback.metrics import number_of
from feedback.models import Company, Meeting

MOST = 3  # earlier meetings that are named


def doubts_about_closing(meeting: Meeting) -> list[str]:
    """Each in words, by the company's day: what is too early, what is still open before, what nobody answers for."""
    today = timezone.localdate(timezone=Company.agreed().zone)
    return [*_too_early(meeting, today), *_left_open(meeting), *_unowned(meeting, today)]


def _too_early(meeting: Meeting, today: date):
    last = meeting.period[1]
    if today <= last:
        yield f"Its days are not over: they end on {_day(last)}. What closes until then would be missing."
    if meeting.held_on and meeting.held_on > today:
        yield f"It is to be held on {_day(meeting.held_on)}, and would be closed before."


def _left_open(meeting: Meeting):
    """Those whose days were over before, since the last one that was closed: one that was skipped is let be."""
    earlier = Meeting.objects.before(meeting).being_prepared().filter(last_day__lt=meeting.period[0])
    if last := meeting.closed_before():
        earlier = earlier.filter(last_day__gt=last.period[1])
    for each in earlier[:MOST]:
        yield f"{each} is still open, and should be closed first: what it still decides would not be told here."


def _unowned(meeting: Meeting, today: date):
    decisions = meeting.decisions.all()
    lacking = decisions.filter(Q(owner=None) | Q(due_on=None) | Q(proof="")).count()
    if lacking:
        yield (
            f"{number_of(lacking, 'decision')} of {decisions.count()} "
            f"{'lacks' if lacking == 1 else 'lack'} an owner, a day or how we will know it worked."
        )
    for noun, late in (
        ("decision", decisions.filter(due_on__lt=today).count()),
        ("action", meeting.actions.filter(done_at=None, due_on__lt=today).count()),
    ):
        if late:
            yield f"{number_of(late, noun)} {'is' if late == 1 else 'are'} due on a day that is over already."


def _day(day: date) -> str:
    return date_format(day, "j M Y")
