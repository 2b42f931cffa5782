from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse


def validate_source(name):
    from feedback.models.opportunities import Source

    if not name or len(name) > 80:
        raise ValidationError("Name the system the deals come from, in up to 80 letters.")
    if name.casefold() == Source.PORTAL:
        raise ValidationError(f"“{name}” is kept for deals made by hand. Name the system the deals come from.")


class ImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        from feedback.permissions import can_read_imports

        return self if can_read_imports(user) else self.none()

    def taken_in(self):
        """Real imports that ended."""
        return self.filter(dry_run=False, ended_at__isnull=False)

    def for_list(self):
        """With everything a row or page of an import shows."""
        return self.select_related("job", "by", "undone_by", "undo_job")


class Import(models.Model):
    """One reading of CRM exports, from the upload page or the command; `dry_run` takes nothing in."""

    source = models.CharField(max_length=80)
    reviews_from = models.DateField(null=True, blank=True)
    column_map = models.JSONField(default=dict)
    dry_run = models.BooleanField(default=False)
    job = models.OneToOneField("feedback.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    undo_job = models.OneToOneField("feedback.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        return f"import {self.pk} from {self.source}"

    def get_absolute_url(self):
        return reverse("feedback:import_detail", args=[self.pk])

    @property
    def state(self) -> str:
        """One of: waiting, running, failed, tried, with refusals, taken in, undoing, undone."""
        if self.undone_at:
            return "undone"
        if self.is_undoing:
            return "undoing"
        if self.ended_at:
            if self.dry_run:
                return "tried"
            return "with refusals" if self.refused else "taken in"
        return self.job.state if self.job else "failed"

    @property
    def is_running(self):
        return self.state in ("waiting", "running", "undoing")

    @property
    def is_undoing(self):
        return self.undone_at is None and self.undo_job is not None and not self.undo_job.is_over

    @property
    def is_undoable(self):
        return bool(self.ended_at) and not self.dry_run and self.undone_at is None

    @property
    def tone(self) -> str:
        """The colour of its pill."""
        return {"failed": "danger", "with refusals": "warning", "taken in": "success"}.get(self.state, "info")

    @property
    def state_in_words(self) -> str:
        return {"tried": "Trial", "with refusals": "Taken in, some refused"}.get(self.state, self.state.capitalize())

    @property
    def counts(self) -> str:
        return f"created={self.created} updated={self.updated} unchanged={self.unchanged} refused={self.refused}"


class ImportFile(models.Model):
    """An uploaded export, kept until its import is read."""

    parent = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to="imports/%Y/%m/")

    class Meta:
        ordering = ["id"]  # as they were given: of two rows with one id the later is refused

    def __str__(self):
        return self.name


class Level(models.TextChoices):
    REFUSED = "refused", "Refused"
    NOTED = "noted", "Noted"
    SUGGESTED = "suggested", "Suggested"


class ImportRemark(models.Model):
    """What the import has to say of a row, or of many rows alike (`rows`): refused, noted, or a suggestion."""

    parent = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="remarks")
    level = models.CharField(max_length=9, choices=Level)
    file = models.CharField(max_length=200)
    line = models.PositiveIntegerField(null=True, blank=True)
    column = models.CharField(max_length=120, blank=True)
    text = models.CharField(max_length=400)
    rows = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["parent", "id"], name="remark_of_import")]
        constraints = [models.CheckConstraint(condition=Q(level__in=Level.values), name="remark_level_known")]

    def __str__(self):
        return self.text

    @property
    def where(self) -> str:
        """File, line and column, as far as they are known: `deals.csv:12, Close Date`."""
        line = f":{self.line}" if self.line else ""
        return ", ".join(part for part in (f"{self.file}{line}", self.column) if part)


class ImportChange(models.Model):
    """One row an import made (`before` is null) or changed, so that the whole import can be undone."""

    parent = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="changes")
    model = models.CharField(max_length=40)
    row_id = models.BigIntegerField()
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.model} {self.row_id}"
