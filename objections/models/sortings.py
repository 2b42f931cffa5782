from django.conf import settings
from django.db import models
from django.db.models import Q


class SortingQuerySet(models.QuerySet):
    def live(self):
        return self.filter(undone_at=None)


class Sorting(models.Model):
    """One act of a person on the pile of unthemed objections; undoing it puts everything it moved back on the pile."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    made = models.OneToOneField(
        "objections.Theme",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The theme that was made in the same act.",
    )
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = SortingQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["by", "-id"], name="sorting_by_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="sorting_undone_by_and_at",
            )
        ]

    def __str__(self):
        return f"sorting {self.pk}"


class RefusalQuerySet(models.QuerySet):
    def live(self):
        return self.filter(ended_at=None)

    def of_a_theme(self):
        return self.filter(theme__isnull=False)

    def of_all(self):
        """Objections set aside: looked at, and found to fit no theme."""
        return self.filter(theme=None)


class Refusal(models.Model):
    """A person's no: the objection does not belong to the theme or, where no theme is named, to any there is.

    It holds until somebody takes it back or the objection is reworded.
    """

    objection = models.ForeignKey("objections.Objection", on_delete=models.CASCADE, related_name="refusals")
    theme = models.ForeignKey(
        "objections.Theme", null=True, blank=True, on_delete=models.CASCADE, related_name="refusals"
    )
    sorting = models.ForeignKey(Sorting, on_delete=models.PROTECT, related_name="refusals")
    at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RefusalQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["objection", "theme"],
                condition=Q(ended_at=None, theme__isnull=False),
                name="refusal_one_live_per_theme",
            ),
            models.UniqueConstraint(
                fields=["objection"], condition=Q(ended_at=None, theme=None), name="refusal_one_live_of_all"
            ),
        ]

    def __str__(self):
        return f"{self.objection_id} not in {self.theme or 'any theme'}"
