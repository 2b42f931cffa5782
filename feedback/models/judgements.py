from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from feedback.models.decisions import Decision


class Kept(models.TextChoices):
    KEPT = "kept", "Kept"
    NOT_KEPT = "not kept", "Not kept"
    OVERTAKEN = "overtaken", "Overtaken"

    @property
    def tone(self) -> str:
        return {Kept.KEPT: "success", Kept.NOT_KEPT: "danger", Kept.OVERTAKEN: ""}[self]


class JudgementQuerySet(models.QuerySet):
    def live(self):
        return self.filter(undone_at=None)


class Judgement(models.Model):
    """Whether a decision was kept, as somebody said with a word why; at most one holds."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="judgements")
    verdict = models.CharField(max_length=9, choices=Kept)
    why = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = JudgementQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["decision"], condition=Q(undone_at=None), name="judgement_one_live"),
            models.CheckConstraint(condition=Q(verdict__in=Kept.values), name="judgement_verdict_known"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="judgement_undone_by_and_at",
            ),
        ]

    def __str__(self):
        return f"{self.get_verdict_display()}: {self.why}"
