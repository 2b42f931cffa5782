"""Who changed what, when, from what to what. Apps register what they keep a history of; apps above add theirs."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Protocol

from django.db.models import F, Q, QuerySet

from feedback.models import User

PORTAL = "portal"  # in the place of a person: what no person did, such as an import
LONGEST = 300  # letters of one value; a longer text is cut


@dataclass(frozen=True)
class Change:
    """One field, in words; empty where there was or is nothing."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One deed on one row. `by` is None for what the portal did by itself."""

    at: datetime
    key: str
    pk: int
    by: User | None
    kind: str
    row: str
    url: str
    deed: str
    changes: tuple[Change, ...] = ()

    @property
    def place(self) -> tuple[datetime, str, int]:
        """Where it stands among all entries, which have no two in one place."""
        return self.at, self.key, self.pk

    @property
    def is_empty(self) -> bool:
        """Saved, but nothing recorded was changed by it."""
        return not self.changes and not self.deed


@dataclass(frozen=True)
class Asked:
    """What the reader wants to see: `since` included, `until` not; `before` is the place of the last entry seen.

    Without a `reader` entries lead nowhere that is not open to all who read them.
    """

    by: int | str | None = None
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""
    before: tuple[datetime, str, int] | None = None
    reader: User | None = None


class Source(Protocol):
    """One kind of entry: `key` in addresses, `label` on pages, the newest `limit` entries asked for, newest first."""

    key: str
    label: str

    def entries(self, asked: Asked, limit: int) -> list[Entry]: ...


sources: dict[str, Source] = {}


def add_source(source: Source) -> None:
    sources[source.key] = source


def narrowed(
    rows: QuerySet, asked: Asked, *, key: str, at: str, by: str, names: Iterable[str], pk: str = "pk"
) -> QuerySet:
    """The rows asked for, newest first; `at`, `by`, `names` and `pk` are their fields, `key` is that of the source."""
    if asked.by is not None:
        rows = rows.filter(**({f"{by}__isnull": True} if asked.by == PORTAL else {by: asked.by}))
    if asked.since:
        rows = rows.filter(**{f"{at}__gte": asked.since})
    if asked.until:
        rows = rows.filter(**{f"{at}__lt": asked.until})
    if asked.words:
        rows = rows.filter(Q(*[(f"{name}__icontains", asked.words) for name in names], _connector=Q.OR))
    if asked.before:
        moment, last_key, last_pk = asked.before
        older = Q(**{f"{at}__lt": moment})
        if key == last_key:
            older |= Q(**{at: moment, f"{pk}__lt": last_pk})
        elif key < last_key:
            older |= Q(**{at: moment})
        rows = rows.filter(older)
    return rows.order_by(F(at).desc(), F(pk).desc())


def entries(asked: Asked, limit: int) -> tuple[list[Entry], tuple | None]:
    """The newest entries asked for, of `limit` rows, and where the next ones begin: None at the end."""
    wanted = [source for source in sources.values() if asked.kind in ("", source.key)]
    found = [source.entries(asked, limit + 1) for source in wanted]
    newest = list(islice(heapq.merge(*found, key=lambda entry: entry.place, reverse=True), limit + 1))
    following = newest[limit - 1].place if len(newest) > limit else None
    return [entry for entry in newest[:limit] if not entry.is_empty], following


def all_entries(asked: Asked, at_once: int = 500) -> Iterator[Entry]:
    """Every entry asked for, newest first, read in parts."""
    following = asked.before
    while True:
        found, following = entries(replace(asked, before=following), at_once)
        yield from found
        if following is None:
            return
