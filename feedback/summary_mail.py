"""Mailing the summary of a closed meeting: once for each closing and person."""

import logging
from zoneinfo import ZoneInfo

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from feedback.addresses import absolute
from feedback.jobs import Run, runs
from feedback.mailing import hold, send, send_waiting
from feedback.models import Company, Pack, SummaryMail
from feedback.models.mail_outcomes import MailOutcome
from feedback.summaries import corrections, summary_of

log = logging.getLogger(__name__)


@runs("send_summaries", whenever=lambda: SummaryMail.objects.unsent().exists())
def send_summaries(run: Run) -> None:
    """Sends what waits. A mail server that is away ends the round; ten minutes later it is asked again."""
    waiting = list(SummaryMail.objects.unsent().order_by("tries", "pk").values_list("pk", flat=True))
    ended = send_waiting(run, waiting, _end)
    with run.finish():
        run.result = dict(ended)


def _end(pk: int, connection) -> str | None:
    """How it ended; blank where another has it or it is to be tried again, None where nobody else need be tried."""
    if not hold(SummaryMail.objects.unsent().filter(pk=pk)):
        return ""
    mail = SummaryMail.objects.select_related("pack__meeting", "person").get(pk=pk)
    fields = {"message_id": mail.message_id, "person": mail.person_id, "try": mail.tries}
    if not (mail.person.is_active and mail.person.email):
        outcome = MailOutcome.REFUSED  # the person left, or gave up the address, after the meeting was closed
    elif connection is None:
        outcome = MailOutcome.NO_MAIL
        log.info("summary made, and no mail is set up", extra=fields)
    else:
        outcome = send(message_of(mail), connection, "summary", fields)
    ended = {"outcome": outcome, "ended_at": timezone.now()} if outcome else {}
    SummaryMail.objects.filter(outcome="", pk=pk).update(held_until=None, **ended)
    return outcome


def corrected(pack: Pack) -> list[str] | None:
    """What the pack says differently from the version before it; None for the first version."""
    before = Pack.objects.filter(meeting=pack.meeting_id, version=pack.version - 1).select_related("meeting").first()
    return corrections(summary_of(before), summary_of(pack)) if before else None


def message_of(mail: SummaryMail) -> EmailMultiAlternatives:
    pack, person = mail.pack, mail.person
    with timezone.override(ZoneInfo(person.time_zone)):
        context = {
            "person": person,
            "company": Company.agreed(),
            "summary": summary_of(pack),
            "corrected": corrected(pack),
            "page": absolute(pack.meeting.get_absolute_url()),
            "sheet": absolute(reverse("feedback:meeting_summary", args=[pack.meeting_id])),
        }
        bodies = [render_to_string(f"feedback/meetings/summary_mail.{ending}", context) for ending in ("txt", "html")]
    message = EmailMultiAlternatives(
        subject=f"{'Corrected: ' if pack.version > 1 else ''}{pack.meeting}",
        body=bodies[0],
        to=[person.email],
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(bodies[1], "text/html")
    return message
