"""Entries of the audit page made from the histories that django-simple-history keeps."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Field, Model, OuterRef, Subquery
from django.utils.text import capfirst

from feedback.audit import LONGEST, Asked, Change, Entry, narrowed
from feedback.models import User
from feedback.models.history import BEFORE

DEEDS = {"+": "made", "-": "deleted", "~": ""}
UNKNOWN = "changed, and what stood before was not kept"


@dataclass(frozen=True)
class HistorySource:
    """The edits of one model with a `history`: each row of it against the one before.

    `names` are the fields by which a row is known and found. `address(pk)` is its page, if it has one, and `opens`
    says for whom, if not for everybody who reads the audit.
    `left_out` are fields nobody needs to see, `called` gives fields other names than their own. `told_elsewhere` is the
    reason of changes that another source tells as a deed.
    """

    key: str
    label: str
    model: type[Model]
    names: tuple[str, ...] = ("name",)
    address: Callable[[int], str] | None = None
    opens: Callable[[User], bool] | None = None
    left_out: tuple[str, ...] = ()
    called: dict[str, str] | None = None
    told_elsewhere: str = ""

    def entries(self, asked: Asked, limit: int) -> list[Entry]:
        past, own = self.model.history.model, self.model._meta.pk.attname
        earlier = past.objects.filter(**{own: OuterRef(own)}, history_id__lt=OuterRef("history_id"))
        earlier = earlier.order_by("-history_id").values("history_id")[:1]
        told = {"key": self.key, "at": "history_date", "by": "history_user", "pk": "history_id"}
        rows = past.objects.select_related("history_user")
        if self.told_elsewhere:
            rows = rows.exclude(history_change_reason=self.told_elsewhere)
        rows = narrowed(rows, asked, names=self.names, **told)
        rows = list(rows.annotate(earlier=Subquery(earlier))[:limit])
        before = past.objects.in_bulk([row.earlier for row in rows if row.earlier])
        names = self._names_of([*rows, *before.values()])
        there = self._still_there(rows) if self._leads(asked.reader) else set()
        return [self._entry(row, before.get(row.earlier), names, there) for row in rows]

    def _leads(self, reader):
        return self.address and (self.opens is None or (reader is not None and self.opens(reader)))

    def _still_there(self, rows):
        own = self.model._meta.pk.attname
        wanted = {getattr(row, own) for row in rows}
        return set(self.model._base_manager.filter(pk__in=wanted).values_list("pk", flat=True))

    @property
    def fields(self) -> list[Field]:
        own = self.model._meta.pk.attname
        tracked = self.model.history.model.tracked_fields
        return [field for field in tracked if field.name not in (own, *self.left_out)]

    def _entry(self, row, before, names, there):
        pk = getattr(row, self.model._meta.pk.attname)
        return Entry(
            at=row.history_date,
            key=self.key,
            pk=row.history_id,
            by=row.history_user,
            kind=self.label,
            row=" ".join(str(getattr(row, name)) for name in self.names if getattr(row, name)),
            url=self.address(pk) if pk in there else "",
            deed=_deed(row, before),
            changes=tuple(self._changes(row, before, names)),
        )

    def _changes(self, row, before, names):
        if row.history_type == "-" or (before is None and row.history_type != "+"):
            return
        for field in self.fields:
            old = self._words(field, before, names) if before and row.history_type == "~" else ""
            new = self._words(field, row, names)
            if old != new:
                yield Change(self._label(field), old[:LONGEST], new[:LONGEST])

    def _label(self, field):
        return (self.called or {}).get(field.name) or capfirst(field.verbose_name)

    def _words(self, field, row, names):
        value = getattr(row, field.attname)
        if value is None or value == "":
            return ""
        if isinstance(value, list):
            return ", ".join(map(str, value))
        if isinstance(value, bool):
            return "yes" if value else "no"
        if field.is_relation:
            return names[field.name].get(value, "somebody or something deleted since")
        return str(dict(field.flatchoices).get(value, value))

    def _names_of(self, rows):
        """For each field that points to another row: what those rows are called, in one query a field."""
        names = {}
        for field in self.fields:
            if field.is_relation:
                wanted = {getattr(row, field.attname) for row in rows} - {None}
                found = field.related_model._base_manager.in_bulk(wanted)
                names[field.name] = {pk: str(related) for pk, related in found.items()}
        return names


def _deed(row, before):
    if row.history_type == "~":
        if before:
            return row.history_change_reason or ""
        return "" if row.history_change_reason == BEFORE else UNKNOWN
    return ", ".join(filter(None, [DEEDS[row.history_type], row.history_change_reason]))
