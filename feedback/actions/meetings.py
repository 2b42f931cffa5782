from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from feedback.actions.agendas import start_agenda
from feedback.actions.invites import change_attendees, tell_calendars
from feedback.actions.notifications import notify
from feedback.actions.summaries import send_summary
from feedback.actions.webhooks import announce
from feedback.kept import forget
from feedback.meanwhile import WrittenMeanwhile, crossed, is_same, seen
from feedback.meetings import Shown, collect
from feedback.metrics import number_of
from feedback.models import (
    Company,
    Decision,
    Discussion,
    Meeting,
    Opportunity,
    Pack,
    SectionNote,
    SummaryMail,
    User,
)
from feedback.packs import checksum, written_down
from feedback.preparing import is_large, prepare_meeting
from feedback.spans import Period


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
def make_meeting(*, period: Period, by: User, attendees: Iterable[User] = (), **fields) -> Meeting:
    """The meeting about a period; the one that exists when there is one. Whoever is to come is sent an invitation.

    `fields` are columns of the meeting, such as `held_on` and `facilitator`. A large one is worked out at once.
    """
    first, last = period
    of = {"first_day": first, "last_day": last, "series": fields.pop("series", None)}
    meeting, is_new = Meeting.objects.get_or_create(**of, defaults=fields | {"made_by": by})
    if is_new:
        meeting.attendees.set(attendees)
        start_agenda(meeting=meeting)
        tell_calendars(meeting)
        if is_large(meeting):
            prepare_meeting(meeting=meeting, by=by)
    return meeting


@transaction.atomic
def change_meeting(
    *,
    meeting: Meeting,
    fields: list[str],
    attendees: Iterable[User] | None = None,
    before: Mapping[str, object] | None = None,
) -> Meeting:
    """Saves what was changed of `fields`, and who attends; their calendars are told.

    `before` and `WrittenMeanwhile` as in `feedback.actions.decisions.change_decision`; of "attendees" it has their
    ids, as `change_attendees` takes them.
    """
    standing, before = open_meeting(meeting), before or {}
    if found := crossed(meeting, standing, fields, before):
        raise WrittenMeanwhile(standing, found, by=None, at=None)
    meeting.save(update_fields=fields)
    if attendees is not None:
        change_attendees(meeting, attendees, before.get("attendees"))
    meeting.refresh_from_db()  # calendars are told what stands, not what a form had of the other columns
    tell_calendars(meeting)
    return meeting


@transaction.atomic
def delete_meeting(*, meeting: Meeting) -> None:
    """Takes a meeting away in which nothing was decided or promised, and out of the calendars it stands in.

    Raises `MeetingClosed` for one that is closed, ProtectedError where something hangs on it.
    """
    meeting = open_meeting(meeting)
    tell_calendars(meeting, is_off=True)
    meeting.delete()


@transaction.atomic
def write_note(*, meeting: Meeting, section: str, text: str, by: User, before: str | None = None) -> SectionNote:
    """Keeps what the meeting said of a section. Without `before` the latest words hold.

    `before` names the words that the writer had read, by `feedback.meanwhile.seen`. Raises `WrittenMeanwhile` when
    others stand there now.
    """
    meeting = open_meeting(meeting)
    note = meeting.notes.filter(section=section).select_related("by").first()
    if note and is_same(note.text, text):
        return note
    if note and before not in (None, seen(note.text)):
        raise WrittenMeanwhile(note, ["text"], by=note.by, at=note.at)
    return SectionNote.objects.update_or_create(meeting=meeting, section=section, defaults={"text": text, "by": by})[0]


@transaction.atomic
def pick_opportunity(*, meeting: Meeting, opportunity: Opportunity) -> None:
    """Puts a deal at the end of the meeting's list; one that is on it stays where it is."""
    meeting = open_meeting(meeting)
    last = meeting.discussions.last()
    meeting.opportunities.add(opportunity, through_defaults={"position": last.position + 1 if last else 1})


@transaction.atomic
def unpick_opportunity(*, meeting: Meeting, opportunity: Opportunity) -> None:
    open_meeting(meeting).opportunities.remove(opportunity)


@transaction.atomic
def move_opportunity(*, meeting: Meeting, opportunity: Opportunity, step: int) -> None:
    """Moves a picked deal one place up (-1) or down (1) in the list; at an end it stays."""
    rows = list(open_meeting(meeting).discussions.order_by("position", "opportunity__closed_on", "opportunity"))
    at = next((at for at, row in enumerate(rows) if row.opportunity_id == opportunity.pk), None)
    if at is not None and 0 <= at + step < len(rows):
        rows.insert(at + step, rows.pop(at))
    for position, row in enumerate(rows, 1):
        row.position = position
    Discussion.objects.bulk_update(rows, ["position"])


def close_meeting(*, meeting: Meeting, by: User) -> Pack:
    """Freezes what every section shows now, signed, and tells those who promised something.

    Closing a closed meeting changes nothing and gives its pack. Days are the company's, whoever closes.
    """
    with _one_moment(), timezone.override(Company.current().zone):
        meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
        forget()  # of what was read before it was held
        return meeting.packs.live().first() or _close(meeting, by)


def _close(meeting: Meeting, by: User) -> Pack:
    now = timezone.now()
    if meeting.held_on is None:
        meeting.held_on = timezone.localdate(now)
        meeting.save(update_fields=["held_on"])
    version = meeting.packs.count() + 1
    shown = collect(meeting)
    content, html = written_down(meeting=meeting, shown=shown, version=version, by=by, at=now)
    pack = meeting.packs.create(
        version=version,
        content=content,
        html=html,
        checksum=checksum(content, html),
        closed_by=by,
        closed_at=now,
    )
    meeting.prepared.all().delete()
    for action in meeting.actions.open().select_related("owner"):
        words = f"You promised: {action.text}"
        key, url = f"action:{action.pk}", meeting.get_absolute_url()
        notify(users=[action.owner], kind="promised", key=key, title=words, url=url)
    _keep_aims(shown)
    send_summary(pack=pack, people=_told(meeting), by=by)
    _announce(meeting, pack)
    return pack


def _told(meeting: Meeting) -> QuerySet[User]:
    """Who was invited, and who was mailed what an earlier closing said: that stands corrected now."""
    had = SummaryMail.objects.filter(pack__meeting=meeting).order_by()
    return User.objects.filter(Q(pk__in=meeting.invited.values("pk")) | Q(pk__in=had.values("person")))


def _keep_aims(shown: list[Shown]) -> None:
    """What the numbers said that the decisions aim at, as the pack has it, for later meetings to compare with."""
    decided = next((each.data["decisions"] for each in shown if each.section.key == "decisions"), [])
    for row in decided:
        then = row["aim"]["then"] if row["aim"] else None
        Decision.objects.filter(pk=row["id"]).update(aim_then=then)


def _announce(meeting: Meeting, pack: Pack) -> None:
    """The words of decisions stay here, for they may name customers. Closed again, each is announced once."""
    days, path = meeting.period_words, meeting.get_absolute_url()
    decisions = list(meeting.decisions.values_list("pk", flat=True))
    span = {"first_day": meeting.first_day.isoformat(), "last_day": meeting.last_day.isoformat()}
    about = {"id": meeting.pk, "month": f"{meeting.month:%Y-%m}", **span}
    counted = {"decisions": len(decisions), "actions": meeting.actions.count()}
    sums = f"{number_of(counted['decisions'], 'decision')} and {number_of(counted['actions'], 'action')}"
    closed = {
        "words": f"The meeting of {days} is closed, with {sums}.",
        "path": path,
        "data": {"meeting": {**about, "version": pack.version, **counted}},
    }
    announce(event="meeting.closed", key=f"pack-{pack.pk}", said=lambda: closed)
    words = f"The meeting of {days} decided something. Its words are in the portal."
    for pk in decisions:
        taken = {"words": words, "path": path, "data": {"decision": {"id": pk}, "meeting": about}}
        announce(event="decision.taken", key=f"decision-{pk}", said=lambda taken=taken: taken)


@transaction.atomic
def reopen_meeting(*, meeting: Meeting, by: User) -> None:
    """Lets the meeting be worked on again. Its pack stays; the next close makes another version. A large one is worked
    out at once, as when it was made."""
    Meeting.objects.select_for_update().get(pk=meeting.pk)
    was_closed = meeting.packs.live().update(reopened_at=timezone.now(), reopened_by=by)
    forget()
    if was_closed and is_large(meeting):
        prepare_meeting(meeting=meeting, by=by)
