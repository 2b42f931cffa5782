from django.db import models
from django.db.models import Q

from feedback.names import match_key


class NamedQuerySet(models.QuerySet):
    def named(self, name):
        """Rows whose name matches without regard to case and spaces."""
        return self.filter(key=match_key(name))

    def get_or_make(self, name, **defaults):
        """The row of that name, made if there is none: (row, made)."""
        return self.get_or_create(key=match_key(name), defaults={"name": name.strip(), **defaults})


class Dimension(models.TextChoices):
    SIZE_BAND = "size band", "Size band"
    INDUSTRY = "industry", "Industry"
    REGION = "region", "Region"


class Segment(models.Model):
    """A group we report by: one value of one dimension."""

    dimension = models.CharField(max_length=12, choices=Dimension)
    value = models.CharField(max_length=120)

    class Meta:
        ordering = ["dimension", "value"]
        constraints = [
            models.UniqueConstraint(fields=["dimension", "value"], name="segment_unique"),
            models.CheckConstraint(condition=Q(dimension__in=Dimension.values), name="segment_dimension_known"),
        ]

    def __str__(self):
        return self.value


class Account(models.Model):
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=200, unique=True, editable=False)
    employees = models.PositiveIntegerField(null=True, blank=True)
    segments = models.ManyToManyField(Segment, blank=True, related_name="accounts")

    objects = NamedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Product(models.Model):
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=200, unique=True, editable=False)
    series = models.CharField(max_length=120, blank=True)
    list_price = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)

    objects = NamedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Competitor(models.Model):
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=200, unique=True, editable=False)

    objects = NamedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name
