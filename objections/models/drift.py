from django.db import models
from django.db.models import F

from feedback.metrics import number_of

LEAST = 5  # voices since it was published; fewer say nothing


class DriftQuerySet(models.QuerySet):
    def drifted(self):
        """At least half of what was heard since says something else, of the version that is live."""
        return self.filter(voices__gte=LEAST, voices__lte=F("apart") * 2, publication__retired_at=None)


class Drift(models.Model):
    """Of a published piece: of `voices` heard in its themes since it was published, `apart` are not like those before.

    Worked out once a day; see `objections.theming.drift` for how.
    """

    collateral = models.OneToOneField("objections.Collateral", on_delete=models.CASCADE, related_name="drift")
    publication = models.ForeignKey("objections.Publication", on_delete=models.CASCADE, related_name="+")
    voices = models.PositiveIntegerField()
    apart = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now=True)

    objects = DriftQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "drift"

    def __str__(self):
        return f"{self.apart} of {number_of(self.voices, 'voice')} say something else"

    @property
    def has_drifted(self):
        return self.voices >= LEAST and self.voices <= self.apart * 2
