from datetime import date

from django.db import transaction
from django.utils import timezone

from feedback.actions.notifications import notify
from feedback.meetings import collect
from feedback.models import Action, Decision, Meeting, Opportunity, Pack, SectionNote, User
from feedback.packs import checksum, written_down


@transaction.atomic
def make_meeting(*, month: date, facilitator: User | None, held_on: date | None, by: User) -> Meeting:
    """The meeting of a month; the one that exists when there is one."""
    given = {"facilitator": facilitator, "held_on": held_on, "made_by": by}
    return Meeting.objects.get_or_create(month=month, defaults=given)[0]


def write_note(*, meeting: Meeting, section: str, text: str, by: User) -> SectionNote:
    """Keeps what the meeting said of a section; the latest words hold."""
    return SectionNote.objects.update_or_create(meeting=meeting, section=section, defaults={"text": text, "by": by})[0]


def pick_opportunity(*, meeting: Meeting, opportunity: Opportunity) -> None:
    """Puts a deal on the meeting's list; one that is on it stays."""
    meeting.opportunities.add(opportunity)


def unpick_opportunity(*, meeting: Meeting, opportunity: Opportunity) -> None:
    meeting.opportunities.remove(opportunity)


@transaction.atomic
def close_meeting(*, meeting: Meeting, by: User) -> Pack:
    """Freezes what every section shows now, signed, and tells those who promised something.

    Closing a closed meeting changes nothing and gives its pack.
    """
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    live = meeting.packs.live().first()
    if live:
        return live
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


def add_decision(*, meeting: Meeting, decision: Decision, by: User) -> Decision:
    decision.meeting, decision.by = meeting, by
    decision.save()
    return decision


def add_action(*, meeting: Meeting, action: Action, by: User) -> Action:
    action.meeting, action.by = meeting, by
    action.save()
    return action


def end_action(*, action: Action, by: User) -> None:
    """Marks it done; the first to say so is kept."""
    if action.done_at is None:
        action.done_at, action.done_by = timezone.now(), by
        action.save(update_fields=["done_at", "done_by"])


def resume_action(*, action: Action) -> None:
    """Takes "done" back."""
    action.done_at = action.done_by = None
    action.save(update_fields=["done_at", "done_by"])
