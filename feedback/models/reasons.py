from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull
from django.urls import reverse

from feedback.models.history import ChangesOnly


class TaxonomyQuerySet(models.QuerySet):
    def visible_to(self, user):
        from feedback.permissions import can_read_settings

        return self if can_read_settings(user) else self.none()

    def current(self):
        """The published version in force, or None before the taxonomy is seeded."""
        return self.published().order_by("-version").first()

    def published(self):
        return self.filter(published_at__isnull=False)

    def draft(self):
        """The one version that is being prepared, as a queryset of one row or none."""
        return self.filter(published_at=None, discarded_at=None)


class Taxonomy(models.Model):
    """One version of all destinations, reasons and categories; a review keeps the one it was coded with.

    A draft is a copy of the version in force that admins change; once published it never changes. Rows are never left
    out of a later version, only retired, so every code ever used stands in the version in force.
    """

    version = models.PositiveIntegerField(unique=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    discarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    discarded_at = models.DateTimeField(null=True, blank=True)

    objects = TaxonomyQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        verbose_name_plural = "taxonomies"
        constraints = [
            models.UniqueConstraint(
                IsNull(F("published_at"), True),
                condition=Q(published_at=None, discarded_at=None),
                name="taxonomy_one_draft",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(discarded_at=None), name="taxonomy_published_or_discarded"
            ),
        ]

    def __str__(self):
        return f"version {self.version}"

    def get_absolute_url(self):
        return reverse("feedback:taxonomy_detail", args=[self.pk])

    @property
    def is_draft(self):
        return self.published_at is None and self.discarded_at is None


class CodedQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(retired_at__isnull=True)

    def in_force(self):
        """Rows of the version in force, the retired ones, too."""
        versions = Taxonomy.objects.published().order_by("-version")
        return self.filter(taxonomy=versions.values("pk")[:1])

    def editable(self):
        """Rows of the draft: the only ones that may change."""
        return self.filter(taxonomy__published_at=None, taxonomy__discarded_at=None)


class ReasonQuerySet(CodedQuerySet):
    def top_level(self):
        return self.filter(parent__isnull=True)


class Coded(models.Model):
    """What the rows of a taxonomy share. A code is never renamed; a retired row may name the one that replaces it.

    The row that replaces another is always one in use when it is named, so replacements never run in a circle.
    """

    SPECIAL = ()  # codes that the portal itself relies on

    code = models.CharField(max_length=60, editable=False)
    label = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(editable=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    replaced_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        ordering = ["position", "id"]

    def __str__(self):
        return f"{self.label} (retired)" if self.retired_at else self.label

    @property
    def is_special(self):
        """Whether the portal itself relies on it, so that it cannot be retired."""
        return self.code in self.SPECIAL


def _constraints(name, special):
    """The constraints of one kind of row."""
    return [
        models.UniqueConstraint(fields=["taxonomy", "code"], name=f"{name}_unique"),
        models.CheckConstraint(
            condition=Q(replaced_by=None) | Q(retired_at__isnull=False), name=f"{name}_replaced_is_retired"
        ),
        models.CheckConstraint(condition=~Q(replaced_by=F("id")), name=f"{name}_replaced_by_another"),
        models.CheckConstraint(condition=~Q(code__in=special) | Q(retired_at=None), name=f"{name}_special_in_use"),
    ]


class Destination(Coded):
    """Where the money went."""

    COMPETITOR = "competitor"
    SPECIAL = (COMPETITOR, "unknown")

    taxonomy = models.ForeignKey(Taxonomy, on_delete=models.PROTECT, related_name="destinations")
    code = models.CharField(max_length=40, editable=False)
    description = models.CharField(max_length=200, blank=True)

    history = ChangesOnly()
    objects = CodedQuerySet.as_manager()

    class Meta(Coded.Meta):
        constraints = _constraints("destination", ("competitor", "unknown"))


class Reason(Coded):
    """Why we lost, on two levels: a second-level reason has a parent."""

    UNKNOWN = "UNKNOWN"
    OTHER = "OTHER"
    ASK_MONTH = ("TIMING", "BUDGET")
    SPECIAL = (UNKNOWN, OTHER, "SILENT", *ASK_MONTH)

    taxonomy = models.ForeignKey(Taxonomy, on_delete=models.PROTECT, related_name="reasons")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="details")
    description = models.CharField(max_length=200, blank=True)

    history = ChangesOnly()
    objects = ReasonQuerySet.as_manager()

    class Meta(Coded.Meta):
        constraints = _constraints("reason", ("UNKNOWN", "OTHER", "SILENT", "TIMING", "BUDGET"))


class Category(Coded):
    """The kind of thing an objection is about; every theme stands under one."""

    OTHER = "other"
    SPECIAL = (OTHER,)

    taxonomy = models.ForeignKey(Taxonomy, on_delete=models.PROTECT, related_name="categories")
    code = models.CharField(max_length=40, editable=False)

    history = ChangesOnly()
    objects = CodedQuerySet.as_manager()

    class Meta(Coded.Meta):
        verbose_name_plural = "categories"
        constraints = _constraints("category", ("other",))
