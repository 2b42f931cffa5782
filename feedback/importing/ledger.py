"""What an import made and changed, row by row, so that it can be undone."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import models

from feedback.models import Import, ImportChange

BATCH = 500


def snapshot(row: models.Model, fields: Iterable[str]) -> dict:
    """The named columns of a row as JSON can hold them; foreign keys as ids."""
    return {name: _plain(row._meta.get_field(name).value_from_object(row)) for name in fields}


class Ledger:
    def __init__(self, parent: Import):
        self.parent = parent
        self._changes: list[ImportChange] = []

    def made(self, row: models.Model, fields: Iterable[str], **more) -> None:
        """`row` is new; `fields` are compared when the import is undone. `more` adds what is no column of it."""
        self._add(row, None, snapshot(row, fields) | more)

    def changed(self, row: models.Model, before: dict, **more) -> None:
        """`before` has the former values, by `snapshot`; the row has the new ones, or `more` has."""
        self._add(row, before, snapshot(row, before.keys() - more.keys()) | more)

    def write(self) -> None:
        ImportChange.objects.bulk_create(self._changes, batch_size=BATCH)

    def _add(self, row, before, after):
        change = ImportChange(parent=self.parent, model=row._meta.model_name, row_id=row.pk, before=before, after=after)
        self._changes.append(change)


def _plain(value):
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
