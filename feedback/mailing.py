"""Mails of the portal that wait to be sent: each is held by one worker, and given to the mail server once."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from smtplib import SMTPAuthenticationError, SMTPConnectError, SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import EmailMessage
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from feedback.invitation_mail import mail_connection, mail_works
from feedback.jobs import Run
from feedback.models.mail_outcomes import MailOutcome

log = logging.getLogger(__name__)
HELD = timedelta(minutes=5)  # longer than a mail server is waited for


def send_waiting(run: Run, waiting: Sequence, end: Callable[..., str | None]) -> Counter:
    """Ends what waits, in order, by `end(each, connection)`: the connection is None where no mail is set up, and what
    it gives is how that one ended, as `send` says. A mail server that is away ends the round. Returns how many ended
    how.
    """
    ended = Counter()
    connection = mail_connection() if mail_works() else None
    try:
        for step, each in enumerate(waiting):
            run.progress(step, len(waiting))
            outcome = end(each, connection)
            if outcome is None:
                break
            if outcome:
                ended[outcome] += 1
    finally:
        if connection is not None:
            connection.close()
    return ended


def hold(row: QuerySet) -> bool:
    """Whether the one row of this queryset is ours to send now, which counts as a try; else another has it."""
    now = timezone.now()
    free = row.filter(Q(held_until=None) | Q(held_until__lte=now))
    return bool(free.update(held_until=now + HELD, tries=F("tries") + 1))


def send(message: EmailMessage, connection, what: str, fields: dict) -> str | None:
    """`sent`, `refused` for good, blank where it is to be tried again; None where the server itself cannot be used, and
    nobody else's need be tried now. `what` and `fields` go to the log, and none of the mail's words.
    """
    try:
        connection.open()
        connection.send_messages([message])
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors; ValueError: an address that is none
        for_good = _is_for_good(error)
        words = "mail server away" if for_good is None else f"{what} refused"
        log.warning(words, extra={**fields, "error": type(error).__name__, "for_good": for_good})
        return None if for_good is None else MailOutcome.REFUSED if for_good else ""
    log.info(f"{what} sent", extra=fields)
    return MailOutcome.SENT


def _is_for_good(error: OSError | ValueError) -> bool | None:
    """Whether this one mail was refused once and for all; None where the server itself cannot be used."""
    if isinstance(error, ValueError):
        return True
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, SMTPResponseException) and not isinstance(error, SMTPConnectError | SMTPAuthenticationError):
        return error.smtp_code >= 500
    return None
