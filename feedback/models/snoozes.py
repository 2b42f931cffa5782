from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class SnoozeQuerySet(models.QuerySet):
    def live(self):
        return self.filter(ended_at=None)

    def asleep(self):
        """Those that still hold on the reader's day; on the day itself the review is back."""
        return self.live().filter(until__gt=timezone.localdate())


class Snooze(models.Model):
    """An owed review put off until a day: no reminder speaks of it before. It stays owed, and due when it was."""

    opportunity = models.ForeignKey("feedback.Opportunity", on_delete=models.CASCADE, related_name="snoozes")
    until = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SnoozeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opportunity"], condition=Q(ended_at=None), name="snooze_one_live_per_deal")
        ]

    def __str__(self):
        return f"{self.opportunity} until {self.until}"
