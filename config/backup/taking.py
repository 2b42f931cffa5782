import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.crypto import salted_hmac

from config.backup import tables, unfinished, uploads
from config.backup.manifest import write_manifest
from config.release import VERSION

ROUNDS = 5


class Refused(Exception):
    """Nothing was done; the message says why and what helps."""


@dataclass(frozen=True)
class Taken:
    rows: int
    uploads: int
    missing: list[str]


def take_backup(target: Path) -> Taken:
    """Writes a whole backup at `target`, which must not exist or be empty; a failure leaves nothing. Raises Refused."""
    if unfinished.is_left():
        raise Refused(f"No backup of this: {unfinished.WORDS}.")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Refused(f"{target} exists already. Give the name of a directory that does not.")
    aside = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        aside.mkdir(mode=0o700, parents=True)
        (aside / "uploads").mkdir(mode=0o700)
        taken = _write(aside)
        aside.rename(target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return taken


def _write(folder: Path) -> Taken:
    applied = set(MigrationRecorder(connection).applied_migrations())
    made = tables.models_at(applied)
    gone: set[str] = set()
    for number in range(ROUNDS):
        # Before the snapshot, so that what is deleted while it is open is here already.
        uploads.copy(tables.named_uploads(made), folder / "uploads")
        with tables.snapshot():
            named = set(tables.named_uploads(made))
            missing = uploads.copy(named, folder / "uploads")
            # One that came and went between the two looks is missing once; one that is lost is missing again.
            if missing <= gone or number == ROUNDS - 1:
                rows = {name: tables.dump(m, folder / "tables" / f"{name}.jsonl.gz") for name, m in made.items()}
                break
        gone = missing
    uploads.keep_only(named, folder / "uploads")
    write_manifest(folder, _about(applied, rows, sorted(missing)))
    return Taken(sum(rows.values()), len(named) - len(missing), sorted(missing))


def key_print() -> str:
    """Tells two secret keys apart, and nothing else about them. The key itself is no part of a backup."""
    return salted_hmac("config.backup", "key", algorithm="sha256").hexdigest()[:16]


def _about(applied, rows, missing) -> dict:
    return {
        "release": VERSION,
        "taken_at": timezone.now().isoformat(timespec="seconds"),
        "database": connection.vendor,
        "key": key_print(),
        "migrations": sorted(map(list, applied)),
        "rows": rows,
        "left_out": sorted(tables.LEFT_OUT),
        "missing_uploads": missing,
    }
