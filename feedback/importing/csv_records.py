"""CSV with one broken row costing that row only."""

import csv
from collections.abc import Iterator

LONGEST_RECORD = 200  # lines a quoted cell may run over before its quote counts as never closed
BAD_QUOTES = "The quotes in this row do not close."


def records(text: str, delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """(line, cells, problem) of every row: the 1-based line it begins on, its trimmed cells, or why it is broken.

    An unclosed quote would swallow the rows after it. So a row over several lines counts only if it is whole, strict
    CSV with as many cells as the header; otherwise its first line is the broken row and reading goes on with the next.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    columns, place = 0, 0
    while place < len(lines):
        cells, used = _record(lines, place, delimiter, columns)
        if cells is None:
            yield place + 1, [], BAD_QUOTES
        else:
            columns = columns or len(cells)
            yield place + 1, [cell.strip() for cell in cells], ""
        place += used


def _record(lines, place, delimiter, columns):
    """(cells or None, lines used) of the row beginning at `place`."""
    if '"' not in lines[place]:
        return lines[place].split(delimiter), 1
    cells = _strict(lines[place : place + 1], delimiter)
    quotes = lines[place].count('"')
    if cells is not None or quotes % 2 == 0:
        return cells, 1
    for used, line in enumerate(lines[place + 1 : place + LONGEST_RECORD], start=2):
        quotes += line.count('"')
        if quotes % 2 == 0:
            cells = _strict(lines[place : place + used], delimiter)
            whole = cells is not None and len(cells) == (columns or len(cells))
            return (cells, used) if whole else (None, 1)
    return None, 1


def _strict(lines, delimiter):
    """The cells of exactly one row of strict CSV, else None."""
    try:
        rows = list(csv.reader([line + "\n" for line in lines], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None
