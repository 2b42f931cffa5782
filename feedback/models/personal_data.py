from django.conf import settings
from django.db import models
from django.db.models import Q


class Erasure(models.Model):
    """That a person's data was removed: by whom, when, from what kinds of rows, and never which words.

    `keys` are keyed hashes (see `feedback.actions.personal_data.erasure_key`) of the names by which an erased person of
    the portal is known to the CRM, so that the next import finds the row without a name instead of making a new one.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="erasures"
    )
    keys = models.JSONField(default=list)
    removed = models.JSONField(default=dict, help_text="Kind of row → in how many of them words were replaced.")
    why = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(why=""), name="erasure_has_reason")]

    def __str__(self):
        return f"erasure {self.pk}"

    @property
    def rows(self) -> int:
        return sum(self.removed.values())


class Retention(models.Model):
    """How many months rows of one kind are kept; null keeps them for good. Kinds are in `feedback.retention`."""

    kind = models.CharField(max_length=40, unique=True)
    months = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(months=None) | Q(months__gte=1), name="retention_some_months")
        ]

    def __str__(self):
        return self.kind
