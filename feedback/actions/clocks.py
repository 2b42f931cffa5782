from django.db import transaction
from django.utils import timezone

from feedback.actions.agenda_sections import row_of
from feedback.actions.agendas import lay_out
from feedback.actions.meetings import open_meeting
from feedback.models import AgendaSection, Clock, Meeting, User


@transaction.atomic
def show_section(*, meeting: Meeting, key: str, by: User) -> Clock:
    """Says that somebody has a section before them: the clock goes to it if it follows their screen, or nobody's yet.

    The time of the section it leaves stays with that; shown again, a section goes on where it was. Raises
    AgendaSection.DoesNotExist.
    """
    meeting = open_meeting(meeting)
    row = meeting.agenda.filter(key=key).first() or row_of(lay_out(meeting), key)
    clock = Clock.objects.filter(meeting=meeting).select_related("section").first()
    if clock is None:
        clock = Clock(meeting=meeting, led_by=by)
    elif clock.led_by_id != by.pk or clock.section_id == row.pk:
        return clock
    else:
        _settle(clock)
    return _start(clock, row)


@transaction.atomic
def lead_clock(*, meeting: Meeting, key: str, by: User) -> Clock:
    """Lets the clock follow this person's screen from now on."""
    meeting = open_meeting(meeting)
    Clock.objects.filter(meeting=meeting).update(led_by=by)
    return show_section(meeting=meeting, key=key, by=by)


@transaction.atomic
def pause_clock(*, meeting: Meeting) -> None:
    """Stops it where it is; one that stands still stays so."""
    for clock in Clock.objects.filter(meeting=open_meeting(meeting)).exclude(since=None).select_related("section"):
        _settle(clock)
        clock.save(update_fields=["since"])


@transaction.atomic
def resume_clock(*, meeting: Meeting) -> None:
    Clock.objects.filter(meeting=open_meeting(meeting), since=None).update(since=timezone.now())


@transaction.atomic
def reset_clock(*, meeting: Meeting) -> None:
    """As if no section had been shown: for a meeting that was only tried out."""
    meeting = open_meeting(meeting)
    Clock.objects.filter(meeting=meeting).delete()
    meeting.agenda.update(started_at=None, seconds_used=0)


def _start(clock: Clock, row: AgendaSection) -> Clock:
    clock.section, clock.since = row, timezone.now()
    if row.started_at is None:
        row.started_at = clock.since
        row.save(update_fields=["started_at"])
    clock.save()
    return clock


def _settle(clock: Clock) -> None:
    """Writes the time since the clock went to its section to that section."""
    if clock.since is not None:
        clock.section.seconds_used += max(0, round((timezone.now() - clock.since).total_seconds()))
        clock.section.save(update_fields=["seconds_used"])
        clock.since = None
