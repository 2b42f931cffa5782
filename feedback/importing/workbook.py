import io
import zipfile
from datetime import date, datetime
from zlib import error as ZlibError

import tablib
from openpyxl.utils.exceptions import InvalidFileException
from tablib.exceptions import TablibException

from feedback.importing.unreadable import UnreadableFile

MOST_BYTES = 300 * 1024 * 1024  # unpacked; a small file may unpack to anything
BROKEN = (zipfile.BadZipFile, InvalidFileException, TablibException, ZlibError, SyntaxError, EOFError, OSError)
WRONG = (KeyError, ValueError, TypeError, AttributeError, IndexError)  # what the reader raises for odd parts inside


def read_workbook(data: bytes) -> list[tuple[int, list[str]]]:
    """(line, cells as text) of the first sheet of an .xlsx file. Raises UnreadableFile."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_BYTES:
                raise UnreadableFile("This Excel file is too large. Save the sheet as CSV.")
        rows = tablib.Dataset().load(io.BytesIO(data), format="xlsx", headers=False)
    except (*BROKEN, *WRONG) as error:
        raise UnreadableFile("This Excel file cannot be read. Save the sheet as CSV.") from error
    return [(line, [_text(cell) for cell in row]) for line, row in enumerate(rows, start=1)]


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
