"""A note beside the uploads, there from just before the rows of a restore are committed until its uploads are in place.

Rows and files cannot be committed together. Where the note is left, the restore was stopped between the two: rows and
uploads may be of different portals, and restoring once more puts both right.
"""

import logging
import os
from pathlib import Path

from django.conf import settings

WORDS = "a restore was stopped before its uploads were in place: run manage.py restore DIR --replace once more"


def _note() -> Path:
    return Path(settings.MEDIA_ROOT).with_name("restore.unfinished")


def is_left() -> bool:
    return _note().exists()


def tell() -> None:
    """For a process that starts to serve."""
    if is_left():
        logging.getLogger(__name__).error(WORDS)


def begin() -> None:
    """Returns when the note is on the disk."""
    with _note().open("w") as note:
        note.write(f"{WORDS}\n")
        note.flush()
        os.fsync(note.fileno())
    sync_folder(_note().parent)


def end() -> None:
    _note().unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Renames in the folder are on the disk when it returns."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
