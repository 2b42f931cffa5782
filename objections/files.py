"""What an uploaded file really is, by its bytes and not by its name."""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from objections.archives import BROKEN, FileRefused, refuse_unsafe

MAX_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True)
class FileKind:
    """A kind of file we take: its extension with the dot, its media type and what people call it."""

    extension: str
    media_type: str
    words: str


OFFICE = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."
KINDS = {
    kind.extension: kind
    for kind in (
        FileKind(".pdf", "application/pdf", "PDF"),
        FileKind(".docx", f"{OFFICE}wordprocessingml.document", "Word"),
        FileKind(".pptx", f"{OFFICE}presentationml.presentation", "PowerPoint"),
        FileKind(".xlsx", f"{OFFICE}spreadsheetml.sheet", "Excel"),
        FileKind(".odt", f"{ODF}text", "OpenDocument text"),
        FileKind(".odp", f"{ODF}presentation", "OpenDocument slides"),
        FileKind(".ods", f"{ODF}spreadsheet", "OpenDocument sheet"),
        FileKind(".png", "image/png", "PNG"),
        FileKind(".jpg", "image/jpeg", "JPEG"),
        FileKind(".jpeg", "image/jpeg", "JPEG"),
        FileKind(".mp4", "video/mp4", "MP4"),
        FileKind(".txt", "text/plain", "text"),
        FileKind(".md", "text/markdown", "Markdown"),
        FileKind(".csv", "text/csv", "CSV"),
    )
}
OFFICE_PARTS = {".docx": "word/", ".pptx": "ppt/", ".xlsx": "xl/"}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
TEXTS = {".txt", ".md", ".csv"}
ACCEPTED = "PDF, Word, PowerPoint, Excel, OpenDocument, PNG, JPEG, MP4, text, Markdown or CSV"


def kind_of(file: BinaryIO, name: str, size: int) -> FileKind:
    """The kind of an upload whose bytes agree with its extension. Raises `FileRefused`; leaves `file` at its start."""
    if size > MAX_BYTES:
        raise FileRefused("The file is larger than 20 MB. Put it where it can be linked to, and give the link.")
    extension = Path(name).suffix.lower()
    if extension in (".svg", ".svgz"):
        raise FileRefused("An SVG picture can hold programs. Save it as PNG or PDF.")
    if extension not in KINDS:
        raise FileRefused(f"We take {ACCEPTED}.")
    try:
        file.seek(0)
        if not _looks_like(extension, file):
            raise FileRefused(f"The file is called {extension} but its content is something else.")
    finally:
        file.seek(0)
    return KINDS[extension]


def media_type(stored_name: str) -> str:
    """The media type a stored file is sent with; its extension was given by `kind_of`."""
    kind = KINDS.get(Path(stored_name).suffix)
    return kind.media_type if kind else "application/octet-stream"


def _looks_like(extension, file):
    if extension in TEXTS:
        return _is_text(file)
    head = file.read(16)
    if extension == ".pdf":
        return head.startswith(b"%PDF-")
    if extension == ".png":
        return head.startswith(b"\x89PNG\r\n\x1a\n")
    if extension in (".jpg", ".jpeg"):
        return head.startswith(b"\xff\xd8\xff")
    if extension == ".mp4":
        return head[4:8] == b"ftyp"
    return head.startswith(b"PK\x03\x04") and _is_office(extension, file)


def _is_office(extension, file):
    """Whether it is an archive of this kind. Raises `FileRefused` for one that holds what may not come along."""
    try:
        with zipfile.ZipFile(file) as archive:
            if not _has_its_parts(extension, archive):
                return False
            refuse_unsafe(archive)
            return True
    except FileRefused:
        raise
    except BROKEN:
        return False


def _has_its_parts(extension, archive):
    names = archive.namelist()
    if extension in OFFICE_PARTS:
        return "[Content_Types].xml" in names and any(n.startswith(OFFICE_PARTS[extension]) for n in names)
    with archive.open("mimetype") as mimetype:
        return mimetype.read(100).decode("ascii", "replace") == KINDS[extension].media_type


def _is_text(file):
    try:
        text = file.read().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return CONTROL.search(text) is None
