from datetime import date

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.urls import reverse

from feedback.kept import once
from feedback.spans import in_words, whole_months


class MeetingQuerySet(models.QuerySet):
    def before(self, meeting):
        """Those whose days begin earlier, the latest first: of its series, of none, or of one that is off, where it
        has one.

        Days may overlap, or what was promised would be carried over by no meeting; those whose days were over by then
        come first. Of two that begin on one day the shorter is the earlier, of the same days the one made first.
        """
        begins, ends = meeting.period
        same = Q(last_day__lt=ends) | Q(last_day=ends, pk__lt=meeting.pk)
        is_over = ExpressionWrapper(Q(last_day__lt=begins), output_field=models.BooleanField())
        earlier = self.filter(Q(first_day__lt=begins) | Q(same, first_day=begins))
        earlier = earlier.alias(is_over=is_over).order_by("-is_over", "-last_day", "-pk")
        if meeting.series_id is None:
            return earlier
        return earlier.filter(Q(series=meeting.series_id) | Q(series=None) | Q(series__is_on=False))

    def closed(self):
        return self.filter(Exists(Pack.objects.live().filter(meeting=OuterRef("pk"))))

    def visible_to(self, user):
        """Closed ones to everybody; those being prepared to the people who prepare them and to those who attend."""
        from feedback.permissions import can_prepare_meetings

        if can_prepare_meetings(user):
            return self
        attends = Meeting.attendees.through.objects.filter(meeting=OuterRef("pk"), user=user.pk)
        return self.filter(Exists(Pack.objects.live().filter(meeting=OuterRef("pk"))) | Exists(attends))

    def being_prepared(self):
        return self.exclude(Exists(Pack.objects.live().filter(meeting=OuterRef("pk"))))

    def overlapping(self, period):
        first, last = period
        return self.filter(first_day__lte=last, last_day__gte=first)


class Meeting(models.Model):
    """The closed-lost review of a span of days, most often a month; `series` is what it was made by, if it was.

    `held_on` is a day of the company's clock, `held_at` a time of it.
    """

    series = models.ForeignKey(
        "feedback.Series", null=True, blank=True, on_delete=models.PROTECT, related_name="meetings"
    )
    first_day = models.DateField()
    last_day = models.DateField()
    held_on = models.DateField(null=True, blank=True)
    held_at = models.TimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(default=60, validators=[MinValueValidator(5), MaxValueValidator(600)])
    place = models.CharField(max_length=200, blank=True)
    reminded_on = models.DateField(null=True, blank=True, editable=False)
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    attendees = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    opportunities = models.ManyToManyField(
        "feedback.Opportunity", through="feedback.Discussion", blank=True, related_name="+"
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-first_day", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="meeting_days_in_order"),
            models.UniqueConstraint(fields=["series", "first_day"], name="meeting_once_in_series"),
            models.UniqueConstraint(
                fields=["first_day", "last_day"], condition=Q(series=None), name="meeting_once_without_series"
            ),
        ]

    def __str__(self):
        return f"Closed-lost review of {self.period_words}"

    def get_absolute_url(self):
        return reverse("feedback:meeting_detail", args=[self.pk])

    @property
    def period(self) -> tuple[date, date]:
        """First and last day it looks at."""
        return self.first_day, self.last_day

    @property
    def period_words(self) -> str:
        return in_words(self.period)

    @property
    def period_slug(self) -> str:
        """The period as a part of a file's name: `2026-10`, or `2026-07-01-to-2026-09-30`."""
        is_month = whole_months(self.period) == 1
        return f"{self.first_day:%Y-%m}" if is_month else f"{self.first_day}-to-{self.last_day}"

    @property
    def month(self) -> date:
        """The first day of the month in which the period begins, as packs, API and webhooks have always named it."""
        return self.first_day.replace(day=1)

    def previous(self) -> "Meeting | None":
        return Meeting.objects.before(self).first()

    def closed_before(self) -> "Meeting | None":
        """The latest of the earlier ones that is closed: one that was skipped, or is open again, ends no time."""
        earlier = Meeting.objects.before(self).closed().prefetch_related("packs")
        return once(f"closed-before-{self.pk}", earlier.first)

    @property
    def invited(self) -> "models.QuerySet":
        """Who gets its invitation: attendees and whoever leads it, as far as they can sign in."""
        people = Q(pk__in=self.attendees.values("pk")) | Q(pk=self.facilitator_id)
        return get_user_model().objects.filter(people, is_active=True)

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
