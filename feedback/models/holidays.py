from django.db import models

from feedback.models.history import ChangesOnly


class Holiday(models.Model):
    """A day on which nobody here works; at a weekend it changes nothing."""

    day = models.DateField(unique=True)
    name = models.CharField(max_length=120)

    history = ChangesOnly()

    class Meta:
        ordering = ["day"]

    def __str__(self):
        return f"{self.name}, {self.day:%-d %b %Y}"
