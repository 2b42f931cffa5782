from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac

from feedback.models.mail_outcomes import MailOutcome
from feedback.models.meetings import Pack


class SummaryMailQuerySet(models.QuerySet):
    def unsent(self):
        """Those that are still to be sent: what a meeting said that is open again goes to nobody."""
        return self.filter(outcome="", pack__reopened_at=None)


class SummaryMail(models.Model):
    """The one-page summary of a closed meeting for one person: at most one for each closing, however often work runs.

    Whoever sends it holds it until `held_until`. A crash between sending and writing that down may repeat it, under the
    same Message-ID; `tries` tells. `by` asked for it: whoever closed the meeting, or sent it to somebody else.
    """

    pack = models.ForeignKey(Pack, on_delete=models.CASCADE, related_name="summary_mails")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="summary_mails")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    held_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=8, choices=MailOutcome, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SummaryMailQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["pack", "person"], name="summary_mail_once"),
            models.CheckConstraint(condition=Q(outcome__in=["", *MailOutcome.values]), name="summary_mail_outcome"),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at=None) | (~Q(outcome="") & Q(ended_at__isnull=False)),
                name="summary_mail_ended_at",
            ),
        ]

    def __str__(self):
        return f"summary of {self.pack} for {self.person}"

    @property
    def message_id(self) -> str:
        """The same whenever it is sent, so that mail programs know one that was sent twice; nobody can guess it."""
        said = f"{self.pack_id}:{self.person_id}"
        mark = salted_hmac("feedback.summary", said, algorithm="sha256").hexdigest()[:16]
        return f"<summary-{self.pack_id}-{self.person_id}-{mark}@{urlsplit(settings.PORTAL_URL).hostname}>"
