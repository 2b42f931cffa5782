from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from feedback.models.history import ChangesOnly
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

    history = ChangesOnly()

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


class CompetitorQuerySet(NamedQuerySet):
    def visible_to(self, user):
        """Everybody who is signed in reads who we compete with."""
        return self if user.is_authenticated else self.none()

    def themselves(self):
        """Competitors, without the other names they go by."""
        return self.filter(alias_of=None)

    def named(self, name):
        """The competitor of that name or alias, without regard to case and spaces."""
        key = match_key(name)
        return self.themselves().filter(Q(key=key) | Q(pk__in=self.model.objects.filter(key=key).values("alias_of")))

    def get_or_make(self, name, **defaults):
        row, made = super().get_or_make(name, **defaults)
        return row.alias_of or row, made


class Competitor(models.Model):
    """Who we compete with, or (`alias_of`) another name of one: so one unique key holds over names and aliases."""

    name = models.CharField(max_length=200)
    key = models.CharField(max_length=200, unique=True, editable=False)
    alias_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="aliases", editable=False
    )

    history = ChangesOnly(excluded_fields=["key"])
    objects = CompetitorQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(alias_of=F("id")), name="competitor_alias_of_another")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("feedback:competitor_detail", args=[self.alias_of_id or self.pk])


class CompetitorMerge(models.Model):
    """One competitor joined into another, of which its name is an alias since. `moved` says which rows went along:
    "app.model.column" → their ids, and which were doubles, so that undoing gives exactly those back.
    """

    competitor = models.ForeignKey(Competitor, on_delete=models.PROTECT, related_name="merges")
    into = models.ForeignKey(Competitor, on_delete=models.PROTECT, related_name="merged_from")
    moved = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["competitor"], condition=Q(undone_at=None), name="competitor_merge_one_live"
            ),
            models.CheckConstraint(condition=~Q(competitor=F("into")), name="competitor_merge_of_two"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="competitor_merge_undone_by_and_at",
            ),
        ]

    def __str__(self):
        return f"{self.competitor} into {self.into}"
