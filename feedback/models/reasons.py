from django.db import models


class TaxonomyQuerySet(models.QuerySet):
    def current(self):
        """The published version in force, or None before the taxonomy is seeded."""
        return self.filter(published_at__isnull=False).order_by("-version").first()


class Taxonomy(models.Model):
    """One version of all destinations, reasons and categories; a review keeps the one it was coded with."""

    version = models.PositiveIntegerField(unique=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = TaxonomyQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        verbose_name_plural = "taxonomies"

    def __str__(self):
        return f"version {self.version}"


class CodedQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(retired_at__isnull=True)

    def top_level(self):
        return self.filter(parent__isnull=True)


class Destination(models.Model):
    """Where the money went."""

    COMPETITOR = "competitor"

    taxonomy = models.ForeignKey(Taxonomy, on_delete=models.PROTECT, related_name="destinations")
    code = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    description = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = CodedQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["taxonomy", "code"], name="destination_unique")]

    def __str__(self):
        return self.label


class Reason(models.Model):
    """Why we lost, on two levels: a second-level reason has a parent."""

    UNKNOWN = "UNKNOWN"
    OTHER = "OTHER"
    ASK_MONTH = ("TIMING", "BUDGET")

    taxonomy = models.ForeignKey(Taxonomy, on_delete=models.PROTECT, related_name="reasons")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="details")
    code = models.CharField(max_length=60)
    label = models.CharField(max_length=120)
    description = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = CodedQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["taxonomy", "code"], name="reason_unique")]

    def __str__(self):
        return self.label


class Category(models.Model):
    """The kind of thing an objection is about; every theme stands under one."""

    taxonomy = models.ForeignKey(Taxonomy, on_delete=models.PROTECT, related_name="categories")
    code = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = CodedQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "categories"
        constraints = [models.UniqueConstraint(fields=["taxonomy", "code"], name="category_unique")]

    def __str__(self):
        return self.label
