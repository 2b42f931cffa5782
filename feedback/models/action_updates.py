from django.conf import settings
from django.db import models


class ActionUpdate(models.Model):
    """A short word on how an action stands."""

    action = models.ForeignKey("feedback.Action", on_delete=models.CASCADE, related_name="updates")
    text = models.CharField("how it stands", max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return self.text
