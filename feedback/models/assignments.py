from django.conf import settings
from django.db import models
from django.db.models import Q


class Assignment(models.Model):
    """The review of a deal handed to somebody else than its owner; the latest one not ended holds."""

    opportunity = models.ForeignKey("feedback.Opportunity", on_delete=models.CASCADE, related_name="assignments")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity"], condition=Q(ended_at=None), name="assignment_one_live_per_deal"
            )
        ]

    def __str__(self):
        return f"{self.opportunity} to {self.to}"
