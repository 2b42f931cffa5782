"""Entries of the audit page made from rows that are deeds themselves: who did it and when stands in the row."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model, QuerySet

from feedback.audit import Asked, Change, Entry, narrowed


@dataclass(frozen=True)
class DeedSource:
    """One kind of deed. `rows()` are its rows with what they show, `on(row)` is what it was done to.

    `told(row)` gives the words of the deed and the changes it made; `names` are the fields that are searched.
    """

    key: str
    label: str
    rows: Callable[[], QuerySet]
    on: Callable[[Model], Model]
    told: Callable[[Model], tuple[str, list[Change]]]
    names: tuple[str, ...]
    at: str = "at"
    by: str = "by"

    def entries(self, asked: Asked, limit: int) -> list[Entry]:
        rows = self.rows().select_related(self.by)
        rows = narrowed(rows, asked, key=self.key, at=self.at, by=self.by, names=self.names)
        return [self._entry(row) for row in rows[:limit]]

    def _entry(self, row):
        deed, changes = self.told(row)
        done_to = self.on(row)
        return Entry(
            at=getattr(row, self.at),
            key=self.key,
            pk=row.pk,
            by=getattr(row, self.by),
            kind=self.label,
            row=str(done_to),
            url=done_to.get_absolute_url(),
            deed=deed,
            changes=tuple(changes),
        )
