import io
import zipfile
from datetime import date, datetime
from zlib import error as ZlibError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from feedback.importing.unreadable import UnreadableFile

MOST_BYTES = 300 * 1024 * 1024  # unpacked; a small file may unpack to anything
MOST_ROWS, MOST_CELLS = 1_048_576, 5_000_000  # rows as in Excel; a few bytes may claim any number of empty ones
BROKEN = (zipfile.BadZipFile, InvalidFileException, ZlibError, SyntaxError, EOFError, OSError)
WRONG = (KeyError, ValueError, TypeError, AttributeError, IndexError)  # what the reader raises for odd parts inside


def read_workbook(data: bytes) -> list[tuple[int, list[str]]]:
    """(line, cells as text) of the first sheet of an .xlsx file. Raises UnreadableFile."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_BYTES:
                raise UnreadableFile("This Excel file is too large. Save the sheet as CSV.")
        rows = list(_rows(data))
    except (*BROKEN, *WRONG) as error:
        raise UnreadableFile("This Excel file cannot be read. Save the sheet as CSV.") from error
    width = len(rows[0][1]) if rows else 0
    return [(line, cells + [""] * (width - len(cells))) for line, cells in rows]


def _rows(data):
    """Row by row, so that what a bomb unpacks to is never held; empty rows are counted and left out."""
    workbook, cells = load_workbook(io.BytesIO(data), read_only=True, data_only=True), 0
    sheet = workbook.active
    sheet.reset_dimensions()  # the file's own claim about its size is not believed
    for line, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells += len(row)
        if line > MOST_ROWS or cells > MOST_CELLS:
            raise UnreadableFile("This Excel file is too large. Save the sheet as CSV.")
        if any(cell is not None for cell in row):
            yield line, [_text(cell) for cell in row]


def _text(cell):
    match cell:
        case None:
            return ""
        case datetime() | date():
            return cell.isoformat()[:10]
        case bool():
            return str(cell)
        case float():
            # Four decimals at least, where there are any: a number is never mistaken for thousands.
            return str(int(cell)) if cell.is_integer() else f"{cell:.4f}"
        case _:
            return str(cell).strip()
