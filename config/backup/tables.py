"""Tables as JSON lines: the names of the columns, then one row a line."""

import base64
import gzip
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils.duration import duration_string

from config.backup.manifest import create

# Who is signed in and which worker is alive are true of a running portal, not of a restored one.
LEFT_OUT = {"django_session", "feedback_session", "config_heartbeat"}
BATCH = 1000
Migration = tuple[str, str]


@contextmanager
def snapshot():
    """What is read in this block is the database of one moment; nobody who writes meanwhile waits for it."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")  # atomic() would take the write lock
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield


def leaves(applied: set[Migration], loader: MigrationLoader) -> list[Migration]:
    """The last of the applied migrations of each app."""
    known = {key for key in applied if key in loader.graph.node_map}
    return sorted(key for key in known if not _children(key, loader) & known)


def _children(key, loader):
    return {child.key for child in loader.graph.node_map[key].children if child.key[0] == key[0]}


def models_at(applied: set[Migration]) -> dict[str, type[models.Model]]:
    """Table name → model, as the schema was after these migrations, whatever the models are today."""
    loader = MigrationLoader(connection)
    state = loader.project_state(leaves(applied, loader))
    found = state.apps.get_models(include_auto_created=True)
    kept = (m for m in found if m._meta.managed and not m._meta.proxy and m._meta.db_table not in LEFT_OUT)
    return {model._meta.db_table: model for model in sorted(kept, key=lambda m: m._meta.db_table)}


def columns(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.concrete_fields if not field.generated]


def dump(model: type[models.Model], path: Path) -> int:
    """Writes all rows and returns how many there are."""
    fields = columns(model)
    rows = model._base_manager.order_by("pk").values_list(*[field.attname for field in fields])
    written = 0
    with create(path) as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6, mtime=0, filename="") as file:
        file.write(_line([field.column for field in fields]))
        for row in rows.iterator(chunk_size=BATCH):
            file.write(_line(row))
            written += 1
        file.close()
        raw.flush()
        os.fsync(raw.fileno())
    return written


def load(model: type[models.Model], path: Path) -> None:
    """Inserts all rows as they were, past signals, defaults and automatic dates."""
    with gzip.open(path, "rt", encoding="utf-8") as lines, connection.cursor() as cursor:
        by_column = {field.column: field for field in columns(model)}
        fields = [by_column[name] for name in json.loads(next(lines))]
        quote = connection.ops.quote_name
        names, marks = ", ".join(quote(field.column) for field in fields), ", ".join(["%s"] * len(fields))
        insert = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608  quoted names
        while batch := [_values(fields, line) for line in islice(lines, BATCH)]:
            cursor.executemany(insert, batch)


def set_sequences(made: list[type[models.Model]]) -> None:
    """So that the next row of each table gets an id of its own. SQLite sees to that itself."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), made):
            cursor.execute(statement)


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608  a quoted name
        return cursor.fetchone()[0]


def named_uploads(made: dict[str, type[models.Model]]) -> Iterator[str]:
    """The stored name of every file that a row names."""
    for model in made.values():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                named = model._base_manager.exclude(**{field.name: ""}).exclude(**{field.name: None})
                yield from named.order_by().values_list(field.name, flat=True).distinct()


def _line(row) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=_plain).encode() + b"\n"


def _plain(value):
    """What JSON lacks, written so that the field's own `to_python` reads it back."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, timedelta):
        return duration_string(value)
    raise TypeError(f"{type(value).__name__} is not plain data")


def _values(fields, line):
    given = zip(fields, json.loads(line), strict=True)
    return [field.get_db_prep_save(field.to_python(value), connection) for field, value in given]
