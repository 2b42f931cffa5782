from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from objections.models.content import ContentRequest


class ChecklistQuerySet(models.QuerySet):
    def kept(self):
        """Not taken off the list."""
        return self.filter(removed_at=None)

    def still_open(self):
        return self.kept().filter(done_at=None)


class ChecklistItem(models.Model):
    """Something to be done for a content request before it is right; `position` is its place on the list."""

    request = models.ForeignKey(ContentRequest, on_delete=models.CASCADE, related_name="checklist")
    text = models.CharField(max_length=200)
    position = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="checklist_done_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None) | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="checklist_removed_by_and_at",
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def is_done(self):
        return self.done_at is not None
