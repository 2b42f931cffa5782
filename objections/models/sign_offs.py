from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from objections.models.collateral import Version
from objections.models.content import ContentRequest


class Opinion(models.TextChoices):
    FITS = "fits", "Signed off"
    CHANGES = "changes", "Asked for changes"


class SignOff(models.Model):
    """Somebody in sales looked at what was made for a request and said whether it fits.

    `version` is the newest one that there was to look at, none where nothing was made yet: it is signed for that only.
    """

    request = models.ForeignKey(ContentRequest, on_delete=models.CASCADE, related_name="sign_offs")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    verdict = models.CharField(max_length=7, choices=Opinion)
    words = models.CharField(max_length=500, blank=True)
    version = models.ForeignKey(Version, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(verdict__in=Opinion.values), name="sign_off_verdict_known"),
            models.CheckConstraint(condition=Q(verdict="fits") | ~Q(words=""), name="sign_off_changes_say_why"),
        ]

    def __str__(self):
        return f"{self.get_verdict_display()}: {self.request}"
