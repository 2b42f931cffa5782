"""Pages of a long list, found by the keys of its order: the last page costs what the first costs.

A cursor is the keys of the row to go on from, signed, so that it can neither be read into nor made up; one that does
not fit the list (changed, of another list, of an order we had once) gives the first page.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce

from django.core import signing
from django.db.models import F, Model, Q, QuerySet

from feedback.counts import Total, total_of

AFTER, BEFORE = "after", "before"


class _Json:
    """Days, moments and amounts as the words the database's fields read again, to the microsecond."""

    def dumps(self, keys) -> bytes:
        return json.dumps(keys, separators=(",", ":"), default=str).encode()

    def loads(self, words: bytes):
        return json.loads(words)


@dataclass(frozen=True)
class Page:
    """The rows of one page. `previous` and `next` are cursors, empty where there is nothing; `start` counts from 1."""

    object_list: list
    total: Total
    start: int = 1
    previous: str = ""
    next: str = ""

    def __iter__(self) -> Iterator:
        return iter(self.object_list)

    def __len__(self) -> int:
        return len(self.object_list)

    def __getitem__(self, index):
        return self.object_list[index]

    @property
    def end(self) -> int:
        return self.start + len(self) - 1

    @property
    def has_others(self) -> bool:
        return bool(self.previous or self.next)


def page_of(queryset: QuerySet, cursor: str | None, size: int) -> Page:
    """The page of `size` rows that `cursor` stands for, in the order of `queryset`, which has to end in its id.

    A key that may be null says where nulls go (`F("due_on").asc(nulls_last=True)`). Raises ValueError for other orders.
    """
    order = Order(queryset)
    side, start, position = order.read(cursor)
    if side == BEFORE:
        rows = order.reversed().rows_behind(position, size + 1)
        if len(rows) > size:
            return _page(order, rows[size - 1 :: -1], total_of(queryset), max(start - size, 1), True, True)
    elif side == AFTER:
        rows = order.rows_behind(position, size + 1)
        if rows:
            return _page(order, rows[:size], total_of(queryset), start, True, len(rows) > size)
    rows = order.rows_behind(None, size + 1)
    if len(rows) <= size:
        return Page(rows, Total(len(rows)))
    return _page(order, rows[:size], total_of(queryset), 1, False, True)


def _page(order, rows, total, start, has_previous, has_next):
    return Page(
        object_list=rows,
        total=total,
        start=start,
        previous=order.cursor(BEFORE, start, rows[0]) if has_previous else "",
        next=order.cursor(AFTER, start + len(rows), rows[-1]) if has_next else "",
    )


@dataclass(frozen=True)
class _Key:
    name: str
    descending: bool
    nulls_first: bool | None  # None: never null

    @classmethod
    def of(cls, item) -> "_Key":
        if isinstance(item, str):
            return cls(item.lstrip("-"), item.startswith("-"), None)
        nulls = True if item.nulls_first else False if item.nulls_last else None
        return cls(item.expression.name, item.descending, nulls)

    def reversed(self) -> "_Key":
        return _Key(self.name, not self.descending, None if self.nulls_first is None else not self.nulls_first)

    def value(self, row: Model):
        return reduce(lambda found, part: found and getattr(found, part), self.name.split("__"), row)

    def equals(self, value) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def beyond(self, value) -> Q:
        """Rows whose value comes later in the order than `value`."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if self.nulls_first else Q(pk__in=[])
        later = Q(**{f"{self.name}__{'lt' if self.descending else 'gt'}": value})
        return later | Q(**{f"{self.name}__isnull": True}) if self.nulls_first is False else later

    def from_on(self, value) -> Q:
        """What follows from `beyond` or equal, said alone: it bounds the walk over an index."""
        if value is None or self.nulls_first is False:
            return Q()
        return Q(**{f"{self.name}__{'lte' if self.descending else 'gte'}": value})

    @property
    def plain(self) -> str:
        return f"-{self.name}" if self.descending else self.name

    @property
    def term(self):
        """What `order_by` takes."""
        if self.nulls_first is None:
            return self.plain
        nulls = {"nulls_first": True} if self.nulls_first else {"nulls_last": True}
        return F(self.name).desc(**nulls) if self.descending else F(self.name).asc(**nulls)


class Order:
    """The keys a queryset is ordered by, and the rows behind a position in that order."""

    def __init__(self, queryset: QuerySet, keys: list[_Key] | None = None):
        self.queryset = queryset
        self.keys = keys or [_Key.of(item) for item in queryset.query.order_by or queryset.model._meta.ordering]
        if not self.keys or self.keys[-1].name not in ("id", "pk"):
            raise ValueError("The order of a list that is paged ends in its id, so that no row falls between pages.")
        words = ",".join(f"{key.plain}{key.nulls_first}" for key in self.keys)
        self.salt = f"{queryset.model._meta.label}:{words}"

    def reversed(self) -> "Order":
        return Order(self.queryset, [key.reversed() for key in self.keys])

    def cursor(self, side: str, start: int, row: Model) -> str:
        return signing.dumps([side, start, [key.value(row) for key in self.keys]], salt=self.salt, serializer=_Json)

    def read(self, cursor: str | None) -> tuple:
        """(side, where the page starts, keys of the row it starts from), or nothing for a cursor that is none."""
        try:
            return signing.loads(cursor or "", salt=self.salt, serializer=_Json)
        except signing.BadSignature:
            return None, 1, None

    def rows_behind(self, position: list | None, many: int) -> list:
        """Up to `many` rows behind a position; from the first where there is none.

        Their ids are found first and the rows read after: what a row shows is worked out for no other row.
        """
        found = []
        for part in self._parts(position):
            found += part.values_list("pk", flat=True)[: many - len(found)]
            if len(found) == many:
                break
        rows = {row.pk: row for row in self.queryset.order_by().filter(pk__in=found)} if found else {}
        return [rows[pk] for pk in found if pk in rows]

    def _parts(self, position):
        """The same as querysets, one after the other: an index knows the rows without a first key, and those with one
        from a value on, but no database walks one index over both."""
        lead, *others = self.keys
        if lead.nulls_first is None:
            return [self._part(self.queryset, self.keys, position)]
        without = self.queryset.filter(**{f"{lead.name}__isnull": True})
        having = self.queryset.filter(**{f"{lead.name}__isnull": False})
        keys = [replace(lead, nulls_first=None), *others]
        is_without = position is not None and position[0] is None
        parts = {
            True: self._part(without, others, position[1:] if is_without else None),
            False: self._part(having, keys, None if is_without else position),
        }
        in_turn = [lead.nulls_first, not lead.nulls_first]
        return [parts[side] for side in (in_turn if position is None else in_turn[in_turn.index(is_without) :])]

    def _part(self, rows, keys, position):
        if position is not None:
            rows = rows.filter(keys[0].from_on(position[0]), _behind(keys, position))
        lead, *others = self.keys
        return rows.order_by(lead.plain, *(key.term for key in others))


def _behind(keys, values) -> Q:
    (key, *others), (value, *rest) = keys, values
    beyond = key.beyond(value)
    return beyond | (key.equals(value) & _behind(others, rest)) if others else beyond
