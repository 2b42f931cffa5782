"""Rows as a CSV file a spreadsheet opens: sent while they are read, and calculated by no spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import islice
from zoneinfo import ZoneInfo

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from feedback.kept import kept_once

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what makes a spreadsheet calculate a cell, after OWASP
CHUNK = 500  # rows sent at once
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for the local code page


def stream_csv(filename: str, heads: list[str], rows: Iterable[Iterable]) -> StreamingHttpResponse:
    """A download of `heads` and `rows`, UTF-8 with a byte order mark, never held in memory as a whole.

    `rows` may be a generator over `queryset.iterator()`. Cells are texts, numbers, days, moments (written in the time
    zone in force now, as `2026-11-22 09:30:00`), true and false (`yes`, `no`) or None (empty). A text that a
    spreadsheet would calculate gets a leading apostrophe; numbers, which it only reads, stay as they are.
    """
    response = StreamingHttpResponse(
        _written(heads, iter(rows), timezone.get_current_timezone()), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename)
    response["Cache-Control"] = "private, no-store"
    return response


def csv_cell(value, zone: ZoneInfo) -> str | int | float | Decimal:
    """One value as its cell holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _written(heads: list[str], rows: Iterator[Iterable], zone: ZoneInfo) -> Iterator[str]:
    sheet = io.StringIO(BYTE_ORDER_MARK)
    sheet.seek(0, io.SEEK_END)
    writer = csv.writer(sheet)
    writer.writerow(heads)
    yield sheet.getvalue()
    while True:
        sheet.seek(0)
        sheet.truncate()
        with timezone.override(zone), kept_once():  # by now the request has left both
            writer.writerows([csv_cell(value, zone) for value in row] for row in islice(rows, CHUNK))
        if not sheet.tell():
            return
        yield sheet.getvalue()
