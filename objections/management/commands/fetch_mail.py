import logging
from collections import Counter

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from feedback.kept import kept_once
from objections.inbound.mailboxes import HEAD, LOGGED, REFUSED, Gone, MailboxAway, opened
from objections.inbound.messages import BROKEN, MOST_BYTES
from objections.inbound.taking import Outcome, take

log = logging.getLogger(__name__)
KEPT = {Outcome.LOGGED, Outcome.AGAIN}


class Command(BaseCommand):
    help = (
        "Logs objections that came by mail, from the mailbox in INBOUND_MAIL_URL. A message is moved out of it only "
        "once what became of it is committed. Prints counts, never words. Exit code 0: all dealt with; 1: some "
        "messages stay in the mailbox, or it or the database is away."
    )

    def handle(self, **options):
        if not settings.INBOUND_MAIL_URL:
            raise CommandError("INBOUND_MAIL_URL names no mailbox. The README's table says how.")
        counts, left = Counter(), 0
        try:
            connection.ensure_connection()
            with opened(settings.INBOUND_MAIL_URL) as box:
                for key, size in box.waiting():
                    outcome = self._deal_with(box, key, size)
                    counts[outcome] += bool(outcome)
                    left += outcome is None
        except MailboxAway as error:
            self._report(counts)
            raise CommandError(str(error)) from error
        except (OperationalError, InterfaceError) as error:
            self._report(counts)
            raise CommandError("The database is away. What is not logged yet stays in the mailbox.") from error
        self._report(counts)
        if left:
            raise CommandError(f"{left} stay in the mailbox: the portal stumbled over them. The log says where.")

    def _deal_with(self, box, key, size):
        """What became of it; None where it stays, blank where somebody else has taken it."""
        try:
            raw = box.read(key, HEAD if size > MOST_BYTES else MOST_BYTES)
            with kept_once():
                outcome = take(raw, size)
            box.move(key, LOGGED if outcome in KEPT else REFUSED)
        except Gone:
            return ""
        except (OperationalError, InterfaceError):
            raise
        except (DatabaseError, *BROKEN) as error:  # one message holds up no other
            log.error("a mail stays", extra={"error": type(error).__name__})
            return None
        return outcome

    def _report(self, counts):
        self.stdout.write(" ".join(f"{outcome}={counts[outcome]}" for outcome in Outcome))
