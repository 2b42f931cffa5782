import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from django.core.files.storage import default_storage

from config.backup.manifest import create
from config.backup.unfinished import sync_folder


def copy(names: Iterable[str], folder: Path) -> set[str]:
    """Copies the uploads that are not there yet; returns the names of those that do not exist."""
    missing = set()
    for name in names:
        target = folder / name
        if target.exists():
            continue
        try:
            with default_storage.open(name, "rb") as source:
                _write(source, target)
        except FileNotFoundError:
            missing.add(name)
    return missing


def stage(source: Path, fresh: Path) -> None:
    """Copies a backup's uploads beside those of the portal; when it returns they are on the disk."""
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(source, fresh, copy_function=_copy_file)


def _copy_file(source, target):
    with Path(source).open("rb") as file:
        _write(file, Path(target))


def _write(source, target):
    with create(target) as file:
        shutil.copyfileobj(source, file, 1024 * 1024)
        file.flush()
        os.fsync(file.fileno())


def keep_only(names: set[str], folder: Path) -> None:
    """Takes out what no row names any more."""
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        if path.relative_to(folder).as_posix() not in names:
            path.unlink()


def swap(fresh: Path, place: Path) -> None:
    """Puts the restored uploads where the portal looks for them, and takes the former ones away."""
    former = place.with_name(f"{place.name}.former")
    shutil.rmtree(former, ignore_errors=True)
    if place.exists():
        place.rename(former)
    fresh.rename(place)
    sync_folder(place.parent)
    shutil.rmtree(former, ignore_errors=True)
