from django.conf import settings
from django.db import models
from django.db.models import Q


class ExclusionQuerySet(models.QuerySet):
    def live(self):
        return self.filter(undone_at=None)


class Exclusion(models.Model):
    """Why a lost deal owes no review, or (`reminders_only`) owes one without being reminded."""

    opportunity = models.ForeignKey("feedback.Opportunity", on_delete=models.CASCADE, related_name="exclusions")
    reason = models.CharField(max_length=300)
    reminders_only = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ExclusionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity"], condition=Q(undone_at=None), name="exclusion_one_live_per_deal"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="exclusion_has_reason"),
        ]

    def __str__(self):
        return f"{self.opportunity}: {self.reason}"
