"""Workbooks made to hurt: each is refused with a word, in seconds and in little memory."""

import io
import tracemalloc
import zipfile

import pytest
from openpyxl import Workbook

from feedback.importing.files import read_table
from feedback.importing.unreadable import UnreadableFile
from feedback.importing.workbook import read_workbook

SHEET = "xl/worksheets/sheet1.xml"
OPEN = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def with_sheet(xml, **more):
    """A true workbook whose sheet is this XML, and with these parts beside or in place of its own."""
    plain, made = io.BytesIO(), io.BytesIO()
    Workbook().save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, xml if name == SHEET else more.pop(name, None) or old.read(name))
        for name, content in more.items():
            new.writestr(name, content)
    return made.getvalue()


def row(number, cell="A"):
    return f'<row r="{number}"><c r="{cell}{number}" t="inlineStr"><is><t>x</t></is></c></row>'


def unpacking_to(megabytes):
    made = io.BytesIO()
    with (
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(SHEET, "w", force_zip64=True) as part,
    ):
        for _ in range(megabytes):
            part.write(b"\0" * 1024 * 1024)
    return made.getvalue()


BOMBS = {
    "claims a sheet of every cell there is, and one far down": OPEN
    + '<dimension ref="A1:XFD1048576"/><sheetData>'
    + row(1)
    + row(1_048_577)
    + "</sheetData></worksheet>",
    "a row after two thousand million empty ones": OPEN
    + f"<sheetData>{row(1)}{row(2_000_000_000)}</sheetData></worksheet>",
    "many rows of the widest kind": OPEN
    + "<sheetData>"
    + "".join(row(n, "XFD") for n in range(1, 1300))
    + "</sheetData></worksheet>",
    "entities that grow": '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + OPEN + "&b;</worksheet>",
    "an outside entity": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + OPEN + "&a;</worksheet>",
}


@pytest.mark.parametrize("xml", BOMBS.values(), ids=BOMBS)
def test_a_sheet_made_to_hurt_is_refused(xml):
    data = with_sheet(xml)
    assert len(data) < 60_000
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableFile, match="Excel file"):
            read_table("x.xlsx", data)
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()


def test_what_unpacks_to_more_than_can_be_meant_is_refused_unread():
    data = unpacking_to(301)
    assert len(data) < 3_000_000
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableFile, match="too large"):
            read_workbook(data)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_what_lies_about_its_size_is_refused():
    data = unpacking_to(3)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        true = archive.getinfo(SHEET).file_size
    lie = data.replace(true.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(UnreadableFile):
        read_workbook(lie)


def test_a_sheet_that_claims_too_little_is_read_whole():
    sheet = f'{OPEN}<dimension ref="A1:A1"/><sheetData>{row(1)}{row(3)}</sheetData></worksheet>'
    assert read_workbook(with_sheet(sheet)) == [(1, ["x"]), (3, ["x"])]


def test_short_rows_are_filled_up_to_the_header():
    cells = "".join(f'<c r="{c}1" t="inlineStr"><is><t>{c}</t></is></c>' for c in "ABC")
    sheet = f'{OPEN}<sheetData><row r="1">{cells}</row>{row(2)}</sheetData></worksheet>'
    assert read_workbook(with_sheet(sheet)) == [(1, ["A", "B", "C"]), (2, ["x", "", ""])]
