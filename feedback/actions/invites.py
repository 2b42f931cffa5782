from collections.abc import Iterable, Set
from datetime import date, datetime, time
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from feedback.jobs import queue_job
from feedback.models import Company, Invite, Meeting, Series, User
from feedback.models.invites import InviteMethod
from feedback.models.mail_outcomes import MailOutcome


@transaction.atomic
def tell_calendars(meeting: Meeting, *, is_off: bool = False) -> list[Invite]:
    """Writes down what the calendars of the people concerned have to be told since they were told last; a job mails it.

    Who is new gets the meeting, who is taken off loses it, and all get it anew when its day, time, length, place or
    name changes. Called twice it tells nothing twice. A meeting without a day, or that `is_off`, is in nobody's
    calendar; what has begun is left alone there, and so is a meeting that was closed, open again or not.
    """
    if meeting.packs.exists():
        return []
    known, is_past = _known(meeting), _is_past(event_of(meeting)) if meeting.held_on else False
    if is_past and not is_off:
        # Held on a day that is over: whoever was told of one to come would wait for it.
        known = {pk: invite for pk, invite in known.items() if not _is_past(invite.event)}
    event = None if is_off or is_past or meeting.held_on is None else event_of(meeting)
    invited = {person.pk: person for person in meeting.invited.exclude(email="")} if event else {}
    told = [
        (person, InviteMethod.REQUEST, event)
        for pk, person in invited.items()
        if pk not in known or known[pk].method == InviteMethod.CANCEL or known[pk].event != event
    ]
    told += [
        (invite.person, InviteMethod.CANCEL, invite.event)
        for pk, invite in known.items()
        if pk not in invited and invite.method == InviteMethod.REQUEST and _is_reached(invite.person)
    ]
    return _write(meeting, told) if told else []


def change_attendees(row: Meeting | Series, people: Iterable[User], before: Set[int] | None) -> None:
    """Makes these the people who attend. `before` are the ids of those the writer had before them: whom others added or
    took off since then stays so."""
    if before is None:
        row.attendees.set(people)
        return
    chosen = {person.pk for person in people}
    row.attendees.add(*(chosen - before))
    row.attendees.remove(*(before - chosen))


def uid_of(meeting: Meeting) -> str:
    """What calendars know the meeting by, for good."""
    return f"meeting-{meeting.pk}@{urlsplit(settings.PORTAL_URL).hostname}"


def event_of(meeting: Meeting) -> dict:
    """What calendars are told of a meeting that has a day: title, day, time (or blank), minutes, place, path."""
    return {
        "title": str(meeting),
        "day": meeting.held_on.isoformat(),
        "time": f"{meeting.held_at:%H:%M}" if meeting.held_at else "",
        "minutes": meeting.minutes,
        "place": meeting.place,
        "path": meeting.get_absolute_url(),
    }


def _known(meeting):
    """Person's id → what their calendar was told last; an invitation that no mail took along told nothing."""
    unsaid = Q(method=InviteMethod.REQUEST, outcome__in=[MailOutcome.NO_MAIL, MailOutcome.REFUSED])
    told = meeting.invites.exclude(unsaid).select_related("person").order_by("sequence")
    return {invite.person_id: invite for invite in told}


def _write(meeting, told):
    last = Invite.objects.filter(uid=uid_of(meeting)).order_by("-sequence").values_list("sequence", flat=True).first()
    sequence = 0 if last is None else last + 1
    rows = [
        Invite(meeting=meeting, uid=uid_of(meeting), sequence=sequence, person=person, method=method, event=event)
        for person, method, event in told
    ]
    queue_job(kind="send_invites")
    return Invite.objects.bulk_create(rows)


def _is_past(event: dict) -> bool:
    """Whether it has begun; one without a time lasts its day."""
    begins = time.fromisoformat(event["time"]) if event["time"] else time.max
    return datetime.combine(date.fromisoformat(event["day"]), begins, tzinfo=Company.agreed().zone) < timezone.now()


def _is_reached(person: User) -> bool:
    return person.is_active and bool(person.email)
