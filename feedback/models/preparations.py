import json
from datetime import date, datetime
from decimal import Decimal

from django.db import models

from feedback.models.meetings import Meeting

PREPARING = "prepare_meeting"  # the kind of job that writes these rows
KINDS = {"$datetime": datetime, "$date": date, "$decimal": Decimal}  # a datetime is a date, too
READ = {"$datetime": datetime.fromisoformat, "$date": date.fromisoformat, "$decimal": Decimal}


class PlainEncoder(json.JSONEncoder):
    """A section's plain data (`feedback.meetings.Section`), in which dates and decimals stay what they are."""

    def default(self, value):
        name = next((name for name, kind in KINDS.items() if isinstance(value, kind)), None)
        if name is None:
            return super().default(value)
        return {name: str(value) if name == "$decimal" else value.isoformat()}


class PlainDecoder(json.JSONDecoder):
    def __init__(self, **options):
        super().__init__(object_hook=_read, **options)


def _read(found: dict):
    if len(found) == 1:
        [(name, value)] = found.items()
        if name in READ:
            return READ[name](value)
    return found


class PreparedSection(models.Model):
    """What a section shows while a meeting is prepared, or the part of it that stands on all deals, worked out by a
    job: too many to sum up for each page. Closing never takes its figures from here.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="prepared")
    section = models.CharField(max_length=40)
    data = models.JSONField(encoder=PlainEncoder, decoder=PlainDecoder)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "section"], name="prepared_one_per_section")]

    def __str__(self):
        return f"{self.section} of {self.meeting}"
