"""Bytes of an export into rows of text, with the line each stands on in the file."""

import codecs
from dataclasses import dataclass, field

from feedback.importing.csv_records import records
from feedback.importing.kinds import ALIASES, plain
from feedback.importing.unreadable import UnreadableFile
from feedback.importing.workbook import read_workbook

DELIMITERS = ",;\t|"
OLD_EXCEL = bytes.fromhex("d0cf11e0")
_ALL_ALIASES = {alias for aliases in ALIASES.values() for alias in aliases.split()}


@dataclass
class Record:
    """One row: its line in the file, its cells, or why it cannot be read."""

    line: int
    cells: list[str]
    problem: str = ""


@dataclass
class Table:
    name: str
    header: list[str]
    records: list[Record]
    notes: list[str] = field(default_factory=list)


def read_table(name: str, data: bytes) -> Table:
    """The rows of a CSV or .xlsx file, blank ones left out. Raises UnreadableFile with a word for the person."""
    if not data.strip():
        raise UnreadableFile("The file is empty.")
    if data.startswith(OLD_EXCEL):
        raise UnreadableFile("This is the old Excel format. Save it as .xlsx or CSV.")
    if data.startswith(b"PK\x03\x04"):
        rows = [Record(line, cells) for line, cells in read_workbook(data)]
        return _with_header(name, rows, [])
    text, notes = _decode(data)
    delimiter = _delimiter(text)
    rows = [Record(line, cells, problem) for line, cells, problem in records(text, delimiter)]
    return _with_header(name, rows, notes)


def _decode(data):
    """(text, notes): UTF-8, UTF-16 by its mark, else the Western Windows code page, which is noted."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        note = "Read as Windows-1252, since it is not UTF-8: look at the accents."
        return text, [note] if encoding == "cp1252" else []
    raise UnreadableFile("The text of this file cannot be decoded. Save it as CSV in UTF-8.")


def _delimiter(text):
    """The delimiter under which the first line shows the most headers we know, then the most columns."""
    first = next((line for line in text.splitlines() if line.strip()), "")

    def merit(delimiter):
        cells = next((cells for _, cells, problem in records(first, delimiter) if not problem), [])
        return sum(plain(cell) in _ALL_ALIASES for cell in cells), len(cells)

    return max(DELIMITERS, key=merit)


def _with_header(name, rows, notes):
    rows = [row for row in rows if row.problem or any(row.cells)]
    if not rows:
        raise UnreadableFile("The file is empty.")
    head, *rest = rows
    if head.problem:
        raise UnreadableFile(f"The header cannot be read: {head.problem}")
    if any("\0" in cell for cell in head.cells):
        raise UnreadableFile("This is not a text file. Give CSV or .xlsx.")
    for row in rest:
        row.problem = row.problem or _ragged(row, len(head.cells))
    return Table(name, head.cells, rest, notes)


def _ragged(row, columns):
    """Too few cells, or more than the header has with something in them: nobody can say which belongs where."""
    while len(row.cells) > columns and not row.cells[-1]:
        row.cells.pop()
    if len(row.cells) == columns:
        return ""
    return f"The row has {len(row.cells)} columns, the header {columns}."
