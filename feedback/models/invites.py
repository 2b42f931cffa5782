from django.conf import settings
from django.db import models

from feedback.models.mail_outcomes import MailOutcome


class InviteMethod(models.TextChoices):
    """As calendars name them (RFC 5546)."""

    REQUEST = "REQUEST", "invited"
    CANCEL = "CANCEL", "taken off"


class InviteQuerySet(models.QuerySet):
    def unsent(self):
        return self.filter(outcome="")


class Invite(models.Model):
    """One thing a person's calendar is told of a meeting: that it is, and when, or that it is not theirs any more.

    `event` holds what was told: title, day, time, minutes, place and path. It outlives a meeting that is taken away.
    `outcome` is blank while it waits to be sent; who sends it holds it until `held_until`.
    """

    meeting = models.ForeignKey("feedback.Meeting", null=True, on_delete=models.SET_NULL, related_name="invites")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    uid = models.CharField(max_length=200)
    sequence = models.PositiveIntegerField()
    method = models.CharField(max_length=10, choices=InviteMethod)
    event = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)
    held_until = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=8, choices=MailOutcome, blank=True)

    objects = InviteQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["uid", "person", "sequence"], name="invite_once"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["", *MailOutcome.values]), name="invite_outcome_known"
            ),
        ]

    def __str__(self):
        return f"{self.get_method_display()} {self.sequence} of {self.uid}"
