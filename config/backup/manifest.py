"""What a backup says of itself; it is written last, so that a directory without one is no backup."""

import hashlib
import json
import os
from pathlib import Path

from feedback.packs import canonical, digest

NAME = "manifest.json"
FORMAT = 1


class Damaged(Exception):
    """The backup is not what its manifest says; `lines` name every difference."""

    def __init__(self, lines: list[str]):
        super().__init__("\n".join(lines))
        self.lines = lines


def create(path: Path):
    """A new binary file that only its owner reads."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def write_manifest(folder: Path, content: dict) -> None:
    """Adds bytes and SHA-256 of every file below `folder`, and a checksum over the manifest itself."""
    files = {path.relative_to(folder).as_posix(): _measure(path) for path in _files(folder)}
    content = {"format": FORMAT, **content, "files": files}
    content["checksum"] = digest(canonical(content))
    with create(folder / NAME) as file:
        file.write(json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False).encode())
        file.flush()
        os.fsync(file.fileno())


def read_manifest(folder: Path) -> dict:
    """The manifest of a whole backup; reads every file. Raises Damaged."""
    try:
        content = json.loads((folder / NAME).read_bytes())
        checksum, format_ = content.pop("checksum"), content["format"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Damaged([f"{NAME} is missing or cannot be read: this is no backup, or not a whole one"]) from None
    if checksum != digest(canonical(content)):
        raise Damaged([f"{NAME} was altered"])
    if format_ != FORMAT:
        raise Damaged([f"it is of format {format_}, this release reads format {FORMAT}"])
    lines = _differences(folder, content["files"])
    if lines:
        raise Damaged(lines)
    return content


def _differences(folder, said):
    found = {path.relative_to(folder).as_posix(): path for path in _files(folder) if path.name != NAME}
    lines = [f"{name} is missing" for name in sorted(said.keys() - found.keys())]
    lines += [f"{name} does not belong to it" for name in sorted(found.keys() - said.keys())]
    both = sorted(said.keys() & found.keys())
    return lines + [f"{name} was altered" for name in both if _measure(found[name]) != said[name]]


def _files(folder):
    return sorted(path for path in folder.rglob("*") if not path.is_dir())


def _measure(path) -> dict:
    with path.open("rb") as file:
        return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "bytes": path.stat().st_size}
