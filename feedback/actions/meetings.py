from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from feedback.actions.notifications import notify
from feedback.meetings import collect
from feedback.models import Action, Company, Decision, Meeting, Opportunity, Pack, SectionNote, User
from feedback.packs import checksum, written_down


class MeetingClosed(Exception):
    """The meeting takes no more words: it is closed, maybe since a moment ago."""

    def __init__(self, meeting: Meeting):
        super().__init__(f"{meeting} is closed")
        self.meeting = meeting


def open_meeting(meeting: Meeting) -> Meeting:
    """The meeting, locked for the rest of the transaction: it is not being closed while something is written in it.

    Raises `MeetingClosed`.
    """
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if locked.is_closed:
        raise MeetingClosed(locked)
    return locked


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction whose queries all see the same data, so that the figures of one pack agree with each other.

    PostgreSQL shows each query the newest data unless told otherwise, and then it freezes its view at the first query;
    a row lock waited for would come too late for what others wrote meanwhile. Locking the table freezes nothing.
    SQLite has one writer at a time.
    """
    nested = connection.in_atomic_block
    with transaction.atomic():
        if connection.vendor == "postgresql" and not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                table = connection.ops.quote_name(Meeting._meta.db_table)
                cursor.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        yield


@transaction.atomic
def make_meeting(*, month: date, facilitator: User | None, held_on: date | None, by: User) -> Meeting:
    """The meeting of a month; the one that exists when there is one."""
    given = {"facilitator": facilitator, "held_on": held_on, "made_by": by}
    return Meeting.objects.get_or_create(month=month, defaults=given)[0]


@transaction.atomic
def change_meeting(*, meeting: Meeting, fields: list[str]) -> Meeting:
    """Saves what was changed of `fields`."""
    open_meeting(meeting)
    meeting.save(update_fields=fields)
    return meeting


@transaction.atomic
def write_note(*, meeting: Meeting, section: str, text: str, by: User) -> SectionNote:
    """Keeps what the meeting said of a section; the latest words hold."""
    meeting = open_meeting(meeting)
    return SectionNote.objects.update_or_create(meeting=meeting, section=section, defaults={"text": text, "by": by})[0]


@transaction.atomic
def pick_opportunity(*, meeting: Meeting, opportunity: Opportunity) -> None:
    """Puts a deal on the meeting's list; one that is on it stays."""
    open_meeting(meeting).opportunities.add(opportunity)


@transaction.atomic
def unpick_opportunity(*, meeting: Meeting, opportunity: Opportunity) -> None:
    open_meeting(meeting).opportunities.remove(opportunity)


def close_meeting(*, meeting: Meeting, by: User) -> Pack:
    """Freezes what every section shows now, signed, and tells those who promised something.

    Closing a closed meeting changes nothing and gives its pack. Days are the company's, whoever closes.
    """
    with _one_moment(), timezone.override(Company.current().zone):
        meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
        return meeting.packs.live().first() or _close(meeting, by)


def _close(meeting: Meeting, by: User) -> Pack:
    now = timezone.now()
    if meeting.held_on is None:
        meeting.held_on = timezone.localdate(now)
        meeting.save(update_fields=["held_on"])
    version = meeting.packs.count() + 1
    content, html = written_down(meeting=meeting, shown=collect(meeting), version=version, by=by, at=now)
    pack = meeting.packs.create(
        version=version,
        content=content,
        html=html,
        checksum=checksum(content, html),
        closed_by=by,
        closed_at=now,
    )
    for action in meeting.actions.open().select_related("owner"):
        words = f"You promised: {action.text}"
        notify(users=[action.owner], key=f"action:{action.pk}", title=words, url=meeting.get_absolute_url())
    return pack


@transaction.atomic
def reopen_meeting(*, meeting: Meeting, by: User) -> None:
    """Lets the meeting be worked on again. Its pack stays; the next close makes another version."""
    Meeting.objects.select_for_update().get(pk=meeting.pk)
    meeting.packs.live().update(reopened_at=timezone.now(), reopened_by=by)


@transaction.atomic
def add_decision(*, meeting: Meeting, decision: Decision, by: User) -> Decision:
    decision.meeting, decision.by = open_meeting(meeting), by
    decision.save()
    return decision


@transaction.atomic
def change_decision(*, decision: Decision, fields: list[str]) -> Decision:
    """Saves what was changed of `fields`."""
    open_meeting(decision.meeting)
    decision.save(update_fields=fields)
    return decision


@transaction.atomic
def add_action(*, meeting: Meeting, action: Action, by: User) -> Action:
    action.meeting, action.by = open_meeting(meeting), by
    action.save()
    return action


@transaction.atomic
def change_action(*, action: Action, fields: list[str]) -> Action:
    """Saves what was changed of `fields`; also after the close, for promises move on and what was frozen does not."""
    action.save(update_fields=fields)
    return action


@transaction.atomic
def delete_from_meeting(*, row: Decision | Action) -> None:
    """Takes a decision or an action out of a meeting that is still being prepared."""
    open_meeting(row.meeting)
    row.delete()


@transaction.atomic
def end_action(*, action: Action, by: User) -> None:
    """Marks it done; the first to say so is kept."""
    action = Action.objects.select_for_update().get(pk=action.pk)
    if action.done_at is None:
        action.done_at, action.done_by = timezone.now(), by
        action.save(update_fields=["done_at", "done_by"])


@transaction.atomic
def resume_action(*, action: Action) -> None:
    """Takes "done" back; what is not done stays as it is."""
    action = Action.objects.select_for_update().get(pk=action.pk)
    if action.done_at is not None:
        action.done_at = action.done_by = None
        action.save(update_fields=["done_at", "done_by"])
