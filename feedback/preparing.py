"""A meeting over many deals is worked out before it is opened, by a job that says how far it is."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from feedback.jobs import Run, queue_job, runs
from feedback.meetings import sections_of
from feedback.metrics import last_year
from feedback.models import Company, Job, Meeting, Opportunity, PreparedSection, User
from feedback.models.jobs import JobState
from feedback.models.preparations import PREPARING

MANY = 5_000  # deals closed in what a meeting looks at; with fewer, all is worked out within the time of a page
KEPT = timedelta(hours=1)  # after which it is worked out again


def is_large(meeting: Meeting) -> bool:
    """Whether its period, with the twelve months up to its end, holds more than `MANY` closed deals."""
    first, last = meeting.period
    span = min(first, last_year(last)[0]), last
    return Opportunity.objects.closed_between(span).order_by()[: MANY + 1].count() > MANY


def unprepared() -> Iterator[Meeting]:
    """Large meetings in preparation that were never worked out, or too long ago."""
    fresh = PreparedSection.objects.filter(at__gt=timezone.now() - KEPT)
    return filter(is_large, Meeting.objects.being_prepared().exclude(pk__in=fresh.values("meeting")))


def standing(meeting: Meeting) -> dict:
    """Since when its figures are prepared, if they are, and the job that is at it, or that failed since."""
    at = meeting.prepared.order_by("at").values_list("at", flat=True).first()
    jobs = Job.objects.filter(kind=PREPARING, payload__meeting=meeting.pk)
    failed = jobs.filter(state=JobState.FAILED, **({"queued_at__gt": at} if at else {}))
    return {"meeting": meeting, "prepared_at": at, "preparation": jobs.unfinished().first() or failed.first()}


def prepare_meeting(*, meeting: Meeting, by: User | None = None) -> Job:
    """Queues the work; what waits or runs is not queued again."""
    unfinished = Job.objects.unfinished().filter(kind=PREPARING, payload__meeting=meeting.pk).first()
    return unfinished or queue_job(kind=PREPARING, payload={"meeting": meeting.pk}, by=by)


@transaction.atomic
def bring_up_to_date(*, meeting: Meeting, by: User) -> None:
    """Has a large meeting worked out again; of one that is large no more it forgets what was prepared."""
    if is_large(meeting):
        prepare_meeting(meeting=meeting, by=by)
    else:
        meeting.prepared.all().delete()


def outgrown() -> list[Meeting]:
    """Prepared meetings that are large no more: theirs are worked out for each page again."""
    prepared = Meeting.objects.filter(pk__in=PreparedSection.objects.values("meeting"))
    return [meeting for meeting in prepared if not is_large(meeting)]


def _is_any_due() -> bool:
    return any(True for _ in unprepared()) or bool(outgrown())


@runs("prepare_due_meetings", whenever=_is_any_due)
def prepare_due_meetings(run: Run) -> None:
    due, small = list(unprepared()), outgrown()
    with run.finish():
        PreparedSection.objects.filter(meeting__in=small).delete()
        for meeting in due:
            prepare_meeting(meeting=meeting)


@runs(PREPARING)
def work_out(run: Run) -> None:
    """Works out what its sections show of the month, one after the other, and puts it in place of what was before.

    Nothing is written for a meeting that was closed or taken away meanwhile, or that is no longer large.
    """
    chosen = Meeting.objects.filter(pk=run.payload["meeting"])
    meeting = chosen.first()
    is_due = meeting is not None and not meeting.is_closed and is_large(meeting)
    rows = list(_worked_out(run, meeting)) if is_due else []
    with run.finish():
        # Held: a close that is at it comes first, or finds the rows and deletes them.
        now = chosen.select_for_update().first()
        PreparedSection.objects.filter(meeting=run.payload["meeting"]).delete()
        if now is not None and not now.is_closed:
            PreparedSection.objects.bulk_create(rows)


def _worked_out(run: Run, meeting: Meeting) -> Iterator[PreparedSection]:
    chosen = [section for section in sections_of(meeting) if section.to_prepare]
    for done, section in enumerate(chosen):
        run.progress(done, len(chosen), section.title)
        with timezone.override(Company.current().zone):
            data = section.to_prepare(meeting.period, meeting)
        yield PreparedSection(meeting=meeting, section=section.key, data=data, at=timezone.now())
    run.progress(len(chosen), len(chosen))
