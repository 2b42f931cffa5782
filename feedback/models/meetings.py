from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords


class MeetingQuerySet(models.QuerySet):
    def closed(self):
        return self.filter(Exists(Pack.objects.live().filter(meeting=OuterRef("pk"))))

    def visible_to(self, user):
        """Closed ones to everybody; those being prepared to the people who prepare them."""
        from feedback.permissions import can_prepare_meetings

        return self if can_prepare_meetings(user) else self.closed()


class Meeting(models.Model):
    """The closed-lost review of one month; `month` is its first day."""

    month = models.DateField(unique=True)
    held_on = models.DateField(null=True, blank=True)
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opportunities = models.ManyToManyField("feedback.Opportunity", blank=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "-id"]
        constraints = [models.CheckConstraint(condition=Q(month__day=1), name="meeting_month_is_first_day")]

    def __str__(self):
        return f"Closed-lost review of {self.month:%B %Y}"

    def get_absolute_url(self):
        return reverse("feedback:meeting_detail", args=[self.pk])

    @property
    def period(self) -> tuple[date, date]:
        """First and last day of the month."""
        following = (self.month.replace(day=28) + timedelta(days=4)).replace(day=1)
        return self.month, following - timedelta(days=1)

    @property
    def pack(self):
        """The pack in force, or None while the meeting is not closed."""
        return next((p for p in self.packs.all() if p.reopened_at is None), None)

    @property
    def is_closed(self):
        return self.pack is not None


class SectionNote(models.Model):
    """What the meeting said of one section."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="notes")
    section = models.CharField(max_length=40)
    text = models.TextField(max_length=5000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "section"], name="note_one_per_section")]

    def __str__(self):
        return f"{self.section} of {self.meeting}"


class PackQuerySet(models.QuerySet):
    def live(self):
        return self.filter(reopened_at=None)


class Pack(models.Model):
    """What a closed meeting saw, for good: canonical JSON, the HTML made from it, and the checksum over both.

    `checksum` is the SHA-256, in hex, of the canonical JSON's UTF-8 bytes, a zero byte and the HTML's UTF-8 bytes.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="packs")
    version = models.PositiveIntegerField()
    content = models.TextField(help_text="Canonical JSON: sorted keys, no spaces.")
    html = models.TextField()
    checksum = models.CharField(max_length=64)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField()
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reopened_at = models.DateTimeField(null=True, blank=True)

    objects = PackQuerySet.as_manager()

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "version"], name="pack_version_unique"),
            models.UniqueConstraint(fields=["meeting"], condition=Q(reopened_at=None), name="pack_one_live"),
            models.CheckConstraint(
                condition=Q(reopened_at=None, reopened_by=None)
                | Q(reopened_at__isnull=False, reopened_by__isnull=False),
                name="pack_reopened_by_and_at",
            ),
        ]

    def __str__(self):
        return f"{self.meeting}, version {self.version}"


class Decision(models.Model):
    """What a meeting decided, and how we will know that it worked."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    text = models.CharField(max_length=500)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    proof = models.CharField("how we will know it worked", max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return self.text


class ActionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of meetings one may see, and one's own."""
        return self.filter(Q(owner=user) | Q(meeting__in=Meeting.objects.visible_to(user)))

    def open(self):
        return self.filter(done_at=None)

    def overdue(self, today):
        return self.open().filter(due_on__lt=today)


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

    @property
    def is_late(self):
        return self.done_at is None and self.due_on < timezone.localdate()
