"""Meetings in people's calendars: the iCalendar (RFC 5545, 5546) of an invitation, and the job that mails it once.

It says what, when, where and leads to the portal; nothing of what the meeting looks at leaves by it.
"""

import logging
from datetime import date, datetime, time, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone
from icalendar import Calendar, Event, vCalAddress, vText

from feedback.actions.invites import event_of, uid_of
from feedback.addresses import absolute
from feedback.jobs import Run, runs
from feedback.mailing import hold, send, send_waiting
from feedback.models import Company, Invite, Meeting
from feedback.models.invites import InviteMethod
from feedback.models.mail_outcomes import MailOutcome

log = logging.getLogger(__name__)


@runs("send_invites", whenever=lambda: Invite.objects.unsent().exists())
def send_invites(run: Run) -> None:
    """Sends what waits, in order. A mail server that is away ends the round; ten minutes later it is asked again."""
    waiting = list(Invite.objects.unsent().values_list("pk", flat=True))
    ended = send_waiting(run, waiting, _end)
    with run.finish():
        run.result = dict(ended)


def _end(pk, connection):
    """How it ended; blank where it is to be tried again or another has it, None where no other need be tried now."""
    if not hold(Invite.objects.unsent().filter(pk=pk)):
        return ""
    invite = Invite.objects.select_related("person").get(pk=pk)
    fields = {"invite": invite.pk, "person": invite.person_id, "try": invite.tries}
    if connection is None or not invite.person.email:
        outcome = MailOutcome.NO_MAIL
        log.info("invitation made, and no mail is set up", extra=fields)
    else:
        outcome = send(message_of(invite), connection, "invitation", fields)
    Invite.objects.unsent().filter(pk=invite.pk).update(held_until=None, **({"outcome": outcome} if outcome else {}))
    return outcome


def message_of(invite: Invite) -> EmailMultiAlternatives:
    """The mail: a few words, and the calendar beside them, which mail programs take up by themselves."""
    is_off = invite.method == InviteMethod.CANCEL
    told = _told(invite.event)
    context = {"invite": invite, "event": invite.event, "is_off": is_off, "company": Company.agreed()} | told
    message = EmailMultiAlternatives(
        subject=f"{'Cancelled: ' if is_off else ''}{invite.event['title']}",
        body=render_to_string("feedback/meetings/invite_mail.txt", context),
        to=[invite.person.email],
        headers={
            "Message-ID": f"<{invite.uid.replace('@', f'-{invite.person_id}-{invite.sequence}@')}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    calendar = _calendar(invite.event, invite.uid, invite.sequence, invite.method, at=invite.at)
    calendar.events[0].add("attendee", _address(invite.person.email, invite.person.name))
    message.attach_alternative(calendar.to_ical().decode(), f"text/calendar; method={invite.method}")
    return message


def calendar_of(meeting: Meeting) -> bytes:
    """A meeting that has a day, as a file to open with a calendar."""
    told = meeting.invites.order_by("-sequence").values_list("sequence", flat=True).first()
    calendar = _calendar(event_of(meeting), uid_of(meeting), told or 0, "PUBLISH", at=timezone.now())
    return calendar.to_ical()


def _calendar(event: dict, uid: str, sequence: int, method: str, *, at: datetime) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Closed Loop//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_entry(event, uid, sequence, method, at))
    calendar.add_missing_timezones()
    return calendar


def _entry(event, uid, sequence, method, at):
    entry = Event()
    told = _told(event)
    entry.add("uid", uid)
    entry.add("sequence", sequence)
    entry.add("dtstamp", at)
    entry.add("dtstart", told["begins"] or told["day"])
    entry.add("dtend", told["ends"] or told["day"] + timedelta(days=1))
    entry.add("summary", event["title"])
    entry.add("description", told["url"])
    entry.add("location", event["place"] or told["url"])
    entry.add("url", told["url"])
    entry.add("status", "CANCELLED" if method == InviteMethod.CANCEL else "CONFIRMED")
    entry.add("organizer", _address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1], Company.agreed().name))
    return entry


def _told(event: dict) -> dict:
    """Day, beginning and end (None for a whole day) by the company's clock, and the address in the portal."""
    day, begins = date.fromisoformat(event["day"]), None
    if event["time"]:
        begins = datetime.combine(day, time.fromisoformat(event["time"]), tzinfo=Company.agreed().zone)
    ends = begins and begins + timedelta(minutes=event["minutes"])
    return {"day": day, "begins": begins, "ends": ends, "url": absolute(event["path"])}


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    address.params["cn"] = vText(name or email)
    return address
