"""What office files, which are archives, may hold: no programs, no macros, and not more than one can mean."""

import zipfile
import zlib
from pathlib import PurePosixPath

MOST_PARTS = 5_000
MOST_UNPACKED = 300 * 1024 * 1024  # bytes; pictures hardly shrink, so a true file of 20 MB stays far below
CHUNK = 1024 * 1024
BROKEN = (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)
PROGRAMS = {".app", ".bat", ".cmd", ".com", ".cpl", ".dll", ".exe", ".hta", ".jar", ".js", ".jse", ".lnk", ".msi"}
PROGRAMS |= {".msp", ".pif", ".ps1", ".py", ".scr", ".sh", ".vbe", ".vbs", ".wsf"}
MACROS = ("vbaproject.bin", "vbadata.xml", "vbaprojectsignature.bin")
MACRO_FOLDERS = ("basic/", "scripts/")  # of OpenDocument
PROGRAM_MARKS = (b"This program cannot be run in DOS mode", b"\x7fELF\x02\x01\x01", b"\x7fELF\x01\x01\x01")


class FileRefused(ValueError):
    """Why a file is not taken; the message is for the person."""


def refuse_unsafe(archive: zipfile.ZipFile) -> None:
    """Raises `FileRefused`, or one of `BROKEN` for an archive that is not what it says of itself.

    Its parts are unpacked a megabyte at a time and kept nowhere. What it claims about their size is looked at first, so
    that a bomb costs nothing; `zipfile` reads no more than what was claimed, and one that claimed too little is broken.
    """
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileRefused("The file unpacks to more than can be meant. Save it anew, or as PDF.")
    for part in parts:
        _refuse_named(part.filename)
    for part in parts:
        with archive.open(part) as content:
            _refuse_programs(content)


def _refuse_named(name):
    path = PurePosixPath(name.replace("\\", "/").lower())
    if path.is_absolute() or ".." in path.parts:
        raise FileRefused("The file holds parts whose names are paths out of it. Save it anew, or as PDF.")
    if path.name in MACROS or str(path).startswith(MACRO_FOLDERS):
        raise FileRefused("The file has macros. Save it without them.")
    if path.suffix in PROGRAMS:
        raise FileRefused("The file holds a program. Take it out and save it anew.")


def _refuse_programs(content):
    before = b""
    while chunk := content.read(CHUNK):
        if chunk.startswith(b"MZ") and not before or any(mark in before + chunk for mark in PROGRAM_MARKS):
            raise FileRefused("The file holds a program. Take it out and save it anew.")
        before = chunk[-64:]
