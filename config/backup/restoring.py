import shutil
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from config.backup import tables, unfinished, uploads
from config.backup.manifest import Damaged, read_manifest
from config.backup.taking import Refused
from config.models import Heartbeat
from config.release import VERSION


def restore_backup(source: Path, *, replace: bool) -> dict:
    """Puts the portal back as it was when the backup was taken, then migrates it to this release.

    All or nothing: the database changes in one transaction, and the uploads, copied before, change place right after
    it; a process that dies between the two, or a commit that fails, leaves the note of `unfinished`. `replace` allows
    it where there is a portal already. Raises Damaged or Refused, and has changed nothing then. Returns the manifest.
    """
    manifest = read_manifest(source)
    applied = {tuple(each) for each in manifest["migrations"]}
    _refuse_newer(manifest, applied)
    _refuse_running()
    if not replace:
        _refuse_filled()
    fresh = Path(settings.MEDIA_ROOT).with_name("uploads.restoring")
    try:
        uploads.stage(source / "uploads", fresh)
        _restore_rows(source, manifest, applied)
        uploads.swap(fresh, Path(settings.MEDIA_ROOT))
        unfinished.end()
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    call_command("migrate", verbosity=0)  # nothing is left to migrate; it writes the permissions of new models
    return manifest


def _restore_rows(source, manifest, applied):
    connection.close()
    connection.disable_constraint_checking()  # SQLite alters no table otherwise; a transaction could not ask for it
    try:
        with transaction.atomic():
            _make_tables(applied)
            _load(source, manifest["rows"], tables.models_at(applied))
            _migrate_to(MigrationExecutor(connection).loader.graph.leaf_nodes())
            unfinished.begin()
    finally:
        connection.enable_constraint_checking()


def _make_tables(applied):
    """Empty tables as they were at those migrations: the ones that are here, where the same migrations made them."""
    if _exists("django_migrations") and set(MigrationRecorder(connection).applied_migrations()) == applied:
        _at_once(False)
        _empty(name for name in _table_names() if name != "django_migrations")
        return
    _at_once(True)
    _drop_tables()
    _migrate_to(tables.leaves(applied, MigrationLoader(connection)))


def _load(source, rows, made):
    strange = [f"table {name} is unknown to its migrations" for name in sorted(rows.keys() - made.keys())]
    if strange:
        raise Damaged(strange)
    _at_once(False)
    _empty([model._meta.db_table for model in made.values()])  # of what the migrations seeded
    for name in rows:
        tables.load(made[name], source / "tables" / f"{name}.jsonl.gz")
    connection.check_constraints()
    _at_once(True)  # the check leaves them deferred
    tables.set_sequences(list(made.values()))
    found = {name: tables.count(name) for name in made}
    wrong = [
        f"table {name} has {n} rows, not {rows.get(name, 0)}" for name, n in found.items() if n != rows.get(name, 0)
    ]
    if wrong:
        raise Damaged(wrong)


def _migrate_to(targets):
    MigrationExecutor(connection).migrate(targets)


def _at_once(yes: bool) -> None:
    """PostgreSQL alters no table whose foreign keys are still to be checked; so check them at once, but not while rows
    are loaded in the order of the tables' names."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS ALL {'IMMEDIATE' if yes else 'DEFERRED'}")


def _drop_tables():
    cascade = " CASCADE" if connection.vendor == "postgresql" else ""
    names = _table_names()
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(name)}{cascade}")


def _empty(names):
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")  # noqa: S608  a quoted name


def _refuse_newer(manifest, applied):
    unknown = sorted(applied - set(MigrationLoader(connection).disk_migrations))
    if unknown or _numbers(manifest["release"]) > _numbers(VERSION):
        names = ", ".join(".".join(each) for each in unknown[:3])
        because = f" It knows {names}, and this one does not." if names else ""
        raise Refused(
            f"The backup is of release {manifest['release']}, this is {VERSION}.{because} "
            "Install that release or a later one, then restore."
        )


def _numbers(version):
    return [int(part) for part in version.split(".")[:3]]


def _refuse_running():
    if _exists(Heartbeat._meta.db_table) and Heartbeat.objects.fresh().exists():
        raise Refused(
            "A worker of this portal is running. Stop the portal, wait a minute if it was killed, then restore."
        )


def _refuse_filled():
    filled = [name for name in ("feedback_company", "feedback_user", "feedback_opportunity") if _exists(name)]
    if any(tables.count(name) for name in filled) or any(
        path.is_file() for path in Path(settings.MEDIA_ROOT).rglob("*")
    ):
        raise Refused("This portal is not empty. --replace puts the backup in its place; what is here now is lost.")


def _exists(table):
    return table in _table_names()


def _table_names():
    with connection.cursor() as cursor:
        return connection.introspection.table_names(cursor)
