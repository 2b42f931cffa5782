"""Sending the link by which somebody sets a new password.

A job does it, whether or not there is such a person, so that how long the page takes tells nobody who has an account.
"""

from datetime import timedelta

from django.contrib.auth.forms import PasswordResetForm

from feedback.jobs import queue_job, runs
from feedback.models import Tries
from feedback.permissions import can_use_password

LIMIT_OF_ADDRESS = 20  # links asked for from one client address in an hour; offices share one
LIMIT_OF_MAILBOX = 3
HOUR = timedelta(hours=1)


class MailForm(PasswordResetForm):
    def get_users(self, email):
        return (user for user in super().get_users(email) if can_use_password(user))


@runs("send_password_reset")
def send_password_reset(run):
    form = MailForm({"email": run.payload["email"]})
    if form.is_valid():
        form.save(domain_override=run.payload["domain"], use_https=run.payload["https"])
    with run.finish():
        type(run.job).objects.filter(pk=run.job.pk).update(payload={})  # the address is needed no longer


class ResetForm(PasswordResetForm):
    def save(self, *, request, **kwargs):
        """Queues the mail, unless this mailbox has had its share; the page says the same either way."""
        email = self.cleaned_data["email"]
        if Tries.objects.spend("reset", who=email.casefold(), limit=LIMIT_OF_MAILBOX, per=HOUR) is None:
            payload = {"email": email, "domain": request.get_host(), "https": request.is_secure()}
            queue_job(kind="send_password_reset", payload=payload)
