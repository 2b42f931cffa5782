from django.conf import settings
from django.db import models


class SecondFactorReset(models.Model):
    """An admin took the second factor off somebody who lost the device."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="second_factor_resets")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self):
        return f"second factor of {self.user} reset by {self.by}"
