from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from feedback.models.masked import BEING_READ, Masked
from objections.models.content import ContentType
from objections.models.stages import CollateralStage, OneRecord

UNUSED_AFTER = timedelta(days=60)
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

    def unused(self, now):
        """Published for 60 days, and in the last 60 neither used on a deal nor opened by a link."""
        from objections.models.sharing import Opens

        since = now - UNUSED_AFTER
        used = Usage.objects.filter(collateral=OuterRef("pk"), at__gt=since)
        opened = Opens.objects.filter(link__collateral=OuterRef("pk"), day__gt=timezone.localdate(since))
        live = Publication.objects.live().filter(collateral=OuterRef("pk"), at__lte=since)
        return self.filter(Exists(live), ~Exists(used), ~Exists(opened))

    def drifted(self):
        """New objections in its themes say something else than those it was published against."""
        from objections.models.drift import Drift

        return self.published().filter(pk__in=Drift.objects.drifted().values("collateral"))

    def stale(self, now):
        """Published, and with an alarm of one kind at least."""
        from objections.models.drift import Drift

        late = self.review_overdue(timezone.localdate(now)).order_by().values("pk")
        unused = self.unused(now).order_by().values("pk")
        drifted = Drift.objects.drifted().values("collateral")
        return self.published().filter(Q(pk__in=late) | Q(pk__in=unused) | Q(pk__in=drifted))

    def for_segment(self, segment):
        """What is meant for a segment, and what is meant for everybody."""
        links = Collateral.segments.through.objects.filter(collateral=OuterRef("pk"))
        return self.filter(Exists(links.filter(segment=segment)) | ~Exists(links))

    def matching(self, words):
        """Pieces whose title, use or theme has these words."""
        in_theme = Collateral.themes.through.objects.filter(theme__name__icontains=words).values("collateral")
        return self.filter(Q(title__icontains=words) | Q(summary__icontains=words) | Q(pk__in=in_theme))

    def with_rows(self):
        """For lists: everything a row shows. Adds `uses`, deals it was used on, and when it last was or was opened."""
        from objections.models.sharing import Opens

        opened = Opens.objects.filter(link__collateral=OuterRef("pk")).order_by("-day").values("day")[:1]
        used = Usage.objects.filter(collateral=OuterRef("pk")).order_by("-at").values("at")[:1]
        uses = Usage.objects.filter(collateral=OuterRef("pk")).order_by().values("collateral")
        uses = uses.annotate(n=Count("opportunity", distinct=True)).values("n")
        return (
            self.annotate(uses=Coalesce(Subquery(uses), 0), used_at=Subquery(used), opened_on=Subquery(opened))
            .select_related("competitor", "owner", "request", "drift")
            .prefetch_related(
                "themes",
                "stages",
                "segments",
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
    stages = models.ManyToManyField(CollateralStage, blank=True, related_name="collateral")
    competitor = models.ForeignKey(
        "feedback.Competitor", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    segments = models.ManyToManyField("feedback.Segment", blank=True, related_name="collateral")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    review_by = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    history = OneRecord(excluded_fields=["made_at"], m2m_fields=[stages])
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

    was_noted = False  # by whom it was said again a moment ago; not stored

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
