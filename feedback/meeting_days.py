"""What is done about meetings day by day: the next one of a series is made, and people are told what is missing."""

from datetime import date, timedelta

from django.utils import timezone

from feedback.actions.reminders import remind, reminders_of
from feedback.actions.series import make_due_meetings
from feedback.business_days import last_business_day
from feedback.jobs import Run, runs
from feedback.models import Company, Meeting, Series

BEFORE = timedelta(days=7)


@runs("make_meetings", daily=True)
def make_meetings(run: Run) -> None:
    """Each running series has its next meeting two weeks before it is held."""
    with run.finish():
        run.result = {"made": sum(len(make_due_meetings(series=series)) for series in Series.objects.running())}


@runs("remind_of_meetings", daily=True)
def remind_of_meetings(run: Run) -> None:
    """Tells people once, from the business day a week before a meeting on, what is still missing from them."""
    today = timezone.localdate(timezone=Company.agreed().zone)
    due = [(meeting, reminders_of(meeting)) for meeting in soon(today)]
    with run.finish():
        told = [remind(meeting=meeting, reminders=found, key=f"soon:{meeting.pk}") for meeting, found in due]
        run.result = {"told": sum(told)}


def soon(today: date) -> list[Meeting]:
    """Meetings being prepared that are held within a week of `today`; a week before is a business day."""
    coming = Meeting.objects.being_prepared().filter(held_on__gt=today).select_related("facilitator")
    return [meeting for meeting in coming if last_business_day(meeting.held_on - BEFORE) <= today]
