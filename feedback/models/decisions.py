from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from feedback.models.action_updates import ActionUpdate
from feedback.models.meetings import Meeting


class Hoped(models.TextChoices):
    UP = "up", "It should rise"
    DOWN = "down", "It should fall"


class Decision(models.Model):
    """What a meeting decided, and how we will know that it worked.

    `aim` is the number it aims at, a key of `feedback.company_figures`, and `hoped` which way that should move;
    `aim_then` is what the number said when the meeting was closed, as its pack has it.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    text = models.CharField(max_length=500)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    proof = models.CharField("how we will know it worked", max_length=300, blank=True)
    aim = models.CharField("the number it aims at", max_length=60, blank=True)
    hoped = models.CharField("which way", max_length=4, choices=Hoped, blank=True)
    aim_then = models.JSONField(null=True, blank=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(aim="", hoped="") | (~Q(aim="") & Q(hoped__in=Hoped.values)), name="decision_aim_and_way"
            )
        ]

    def __str__(self):
        return self.text

    def get_absolute_url(self):
        return self.meeting.get_absolute_url()

    @property
    def judgement(self):
        """The word that holds on whether it was kept, or None."""
        return next((said for said in self.judgements.all() if said.undone_at is None), None)


class ActionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of meetings one may see, and one's own."""
        return self.filter(Q(owner=user) | Q(meeting__in=Meeting.objects.visible_to(user)))

    def for_list(self):
        """With owner, meeting and what was said of each, in two queries."""
        return self.select_related("owner", "meeting").prefetch_related("updates")

    def open(self):
        return self.filter(done_at=None)

    def overdue(self, today):
        return self.open().filter(due_on__lt=today)

    def without_update(self, since):
        """Those of which nobody has said how they stand since that moment; at all, where it is None."""
        said = ActionUpdate.objects.filter(action=OuterRef("pk"))
        return self.filter(~Exists(said.filter(at__gt=since) if since else said))


class Action(models.Model):
    """A thing somebody promised a meeting to do by a day."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="actions")
    text = models.CharField(max_length=500)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="actions")
    due_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    history = HistoricalRecords()
    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="action_done_by_and_at",
            )
        ]

    def __str__(self):
        return self.text

    def get_absolute_url(self):
        return self.meeting.get_absolute_url()

    @property
    def done_on(self):
        """The day it was done by the clock in force, or None."""
        return timezone.localdate(self.done_at) if self.done_at else None

    @property
    def is_late(self):
        return self.done_at is None and self.due_on < timezone.localdate()
