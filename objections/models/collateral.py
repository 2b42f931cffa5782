from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from feedback.models.masked import BEING_READ, Masked
from objections.models.content import ContentType

ASKED_AFTER = timedelta(days=3)  # by then a rep knows what the buyer made of it


class CollateralQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Published and once published ones to everybody; drafts to those who publish."""
        from objections.permissions import can_publish

        return self if can_publish(user) else self.filter(Exists(Publication.objects.filter(collateral=OuterRef("pk"))))

    def published(self):
        return self.filter(Exists(Publication.objects.live().filter(collateral=OuterRef("pk"))))

    def retired(self):
        """Once published, not any more."""
        was = Publication.objects.filter(collateral=OuterRef("pk"))
        return self.filter(Exists(was), ~Exists(was.live()))

    def drafts(self):
        return self.filter(publications=None)

    def review_overdue(self, today):
        return self.published().filter(review_by__lt=today)

    def matching(self, words):
        """Pieces whose title, use or theme has these words."""
        in_theme = Collateral.themes.through.objects.filter(collateral=OuterRef("pk"), theme__name__icontains=words)
        return self.filter(Q(title__icontains=words) | Q(summary__icontains=words) | Exists(in_theme))

    def with_rows(self):
        """For lists: everything a row shows; adds `uses`, the deals it was used on."""
        uses = Usage.objects.filter(collateral=OuterRef("pk")).order_by().values("collateral")
        uses = uses.annotate(n=Count("opportunity", distinct=True)).values("n")
        return (
            self.annotate(uses=Coalesce(Subquery(uses), 0))
            .select_related("competitor", "owner", "request")
            .prefetch_related(
                "themes",
                Prefetch("publications", Publication.objects.select_related("version", "by", "retired_by")),
            )
        )


class Collateral(models.Model):
    """Something a rep can send or show, answering one or more themes."""

    title = models.CharField(max_length=160)
    type = models.CharField(max_length=20, choices=ContentType)
    summary = models.TextField("when to use it", max_length=600, blank=True)
    themes = models.ManyToManyField("objections.Theme", related_name="collateral")
    request = models.ForeignKey(
        "objections.ContentRequest", null=True, blank=True, on_delete=models.SET_NULL, related_name="collateral"
    )
    stage = models.CharField(max_length=80, blank=True)
    competitor = models.ForeignKey(
        "feedback.Competitor", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    review_by = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    history = HistoricalRecords(excluded_fields=["made_at"])
    objects = CollateralQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        indexes = [models.Index(fields=["title", "id"], name="collateral_title")]
        verbose_name_plural = "collateral"
        constraints = [models.CheckConstraint(condition=Q(type__in=ContentType.values), name="collateral_type_known")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("objections:collateral_detail", args=[self.pk])

    @property
    def publication(self):
        """The publication in force, or None for a draft or a retired piece."""
        return next((p for p in self.publications.all() if p.retired_at is None), None)


class VersionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those published at some time to everybody; drafts to those who publish."""
        from objections.permissions import can_publish

        return self if can_publish(user) else self.filter(Exists(Publication.objects.filter(version=OuterRef("pk"))))


class Version(models.Model):
    """One state of a piece of collateral: a file kept here, or a link to where it lives."""

    collateral = models.ForeignKey(Collateral, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    file = models.FileField(upload_to="collateral/%Y/%m/", blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=500, blank=True)
    note = models.CharField("what changed", max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["collateral", "number"], name="version_number_unique"),
            models.CheckConstraint(
                condition=(~Q(file="") & Q(link="")) | (Q(file="") & ~Q(link="")), name="version_file_or_link"
            ),
        ]

    def __str__(self):
        return f"{self.collateral} v{self.number}"


class PublicationQuerySet(models.QuerySet):
    def live(self):
        return self.filter(retired_at=None)


class Publication(models.Model):
    """A version made available to reps. `at` is frozen: impact is measured from it."""

    collateral = models.ForeignKey(Collateral, on_delete=models.CASCADE, related_name="publications")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="publications")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    retired_at = models.DateTimeField(null=True, blank=True)
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["collateral"], condition=Q(retired_at=None), name="publication_one_live_per_collateral"
            ),
            models.CheckConstraint(
                condition=Q(retired_at=None, retired_by=None) | Q(retired_at__isnull=False, retired_by__isnull=False),
                name="publication_retired_by_and_at",
            ),
        ]

    def __str__(self):
        return f"{self.version} published"


class UsageQuerySet(models.QuerySet):
    def unanswered(self, today):
        """Nobody said yet whether it helped, though the deal closed or some days went by."""
        since = timezone.make_aware(datetime.combine(today - ASKED_AFTER, time.min))
        return self.filter(Q(at__lt=since) | ~Q(opportunity__outcome="open"), helped="")


class Usage(Masked):
    """A rep used a piece of collateral on a deal; `why` says in a word why it helped, or did not."""

    WORDS = {"why": BEING_READ}

    collateral = models.ForeignKey(Collateral, on_delete=models.CASCADE, related_name="usages")
    opportunity = models.ForeignKey("feedback.Opportunity", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    helped = models.CharField(max_length=6, choices=[("yes", "Yes"), ("partly", "Partly"), ("no", "No")], blank=True)
    why = models.CharField(max_length=200, blank=True)

    objects = UsageQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["collateral", "opportunity", "by"], name="usage_once_per_deal_and_person")
        ]

    def __str__(self):
        return f"{self.collateral} used on {self.opportunity}"

    @property
    def author_id(self):
        """Who reads their own words unmasked."""
        return self.by_id
