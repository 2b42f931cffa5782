"""Files into checked rows. Nothing here looks at the database but for the company's currency."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from feedback.importing.cells import day_comes_first
from feedback.importing.column_map import ColumnMap
from feedback.importing.files import Table, read_table
from feedback.importing.kinds import Kind, Shape, known_headers, recognise
from feedback.importing.remarks import Remarks, shown
from feedback.importing.rows import FORMS, DealRow, Rules
from feedback.importing.stages import outcomes_by_stage
from feedback.importing.unreadable import ForeignFile, UnreadableFile
from feedback.models import Company

STEP = 500  # rows between two words about progress
NOTHING = "There is nothing here to import: no file has the headers of deals, accounts, products or teams."


@dataclass(frozen=True)
class Row:
    """A row that passed its form: where it stands, what it says (fields of absent columns are missing)."""

    file: str
    line: int
    values: dict
    headers: dict[str, str]

    def header(self, name: str) -> str:
        return self.headers.get(name, "")


@dataclass
class Export:
    """Everything read: rows by kind, and what there is to say so far."""

    remarks: Remarks = field(default_factory=Remarks)
    rows: dict[Kind, list[Row]] = field(default_factory=lambda: {kind: [] for kind in Kind})


def read_exports(
    files: Iterable[tuple[str, bytes]], column_map: ColumnMap, progress: Callable[[int, int], None] = lambda *_: None
) -> Export:
    """Rows of all files together, checked one by one. Raises UnreadableFile when no file can be read.

    `progress` is called with rows read and rows in all.
    """
    export = Export()
    tables = [found for name, data in files if (found := _open(export.remarks, name, data, column_map))]
    if not tables:
        said = [f"{remark.file}: {remark.text}" for remark in export.remarks.all()]
        raise UnreadableFile(" ".join([NOTHING, *said]))
    _note_absent_columns(export.remarks, tables, column_map)
    seen, total, done = {}, sum(len(table.records) for table, _ in tables), 0
    for table, shape in tables:
        rules = _rules(table, shape, column_map, export.remarks)
        for record in table.records:
            if done % STEP == 0:
                progress(done, total)
            done += 1
            _take_row(export, table, shape, record, rules, seen)
    progress(total, total)
    return export


def look_at(name: str, data: bytes, column_map: ColumnMap) -> tuple[Table, Shape]:
    """A file with the kind of export it is. Raises UnreadableFile."""
    table = read_table(name, data)
    shape = recognise(table.header, column_map.columns)
    if shape is None:
        raise _unrecognised(table.header, column_map)
    return table, shape


def _open(remarks, name, data, column_map):
    try:
        table, shape = look_at(name, data, column_map)
    except ForeignFile as error:
        remarks.note(name, None, "", f"Not read. {error}")
        return None
    except UnreadableFile as error:
        remarks.refuse(name, None, "", str(error))
        return None
    for note in table.notes:
        remarks.note(name, None, "", note)
    if shape.unread:
        remarks.note(name, None, "", f"Columns not read: {', '.join(shape.unread)}.")
    return table, shape


def _unrecognised(header, column_map):
    found = ", ".join(shown(name, 30) for name in header[:12] if name) or "nothing"
    if known_headers(header, column_map.columns) >= 3:
        return UnreadableFile(f"No column holds the id of a deal. Export it too, or name it in a map. Found: {found}.")
    return ForeignFile(f"The headers are those of no export we know. Name the columns in a map. Found: {found}.")


def _note_absent_columns(remarks, tables, column_map):
    headers = {header for _, shape in tables for header in shape.headers.values()}
    for name, header in column_map.columns.items():
        if header not in headers:
            remarks.note("", None, header, f"The map reads {name} from this column, but no file has it.")


def _rules(table, shape, column_map, remarks):
    day_first = None
    for name in ("created_on", "closed_on"):
        if name in shape.positions and day_first is None:
            place = shape.positions[name]
            day_first = day_comes_first(record.cells[place] for record in table.records if not record.problem)
    if day_first is not None and not column_map.date_format:
        order = "day first" if day_first else "month first"
        remarks.note(table.name, None, "", f"Dates are read {order}: some of them allow nothing else.")
    return Rules(
        outcomes=outcomes_by_stage(column_map.outcomes),
        date_format=column_map.date_format,
        day_first=day_first,
        decimal=column_map.decimal,
        currency=Company.current().currency,
    )


def _take_row(export, table, shape, record, rules, seen):
    remarks = export.remarks
    if record.problem:
        remarks.refuse(table.name, record.line, "", record.problem)
        return
    form = FORMS[shape.kind]({name: record.cells[place] for name, place in shape.positions.items()}, rules)
    if not form.is_valid():
        remarks.refuse(table.name, record.line, *_reason(form, shape))
        return
    if isinstance(form, DealRow):
        first = seen.setdefault(form.cleaned_data["external_id"], (table.name, record.line))
        if first != (table.name, record.line):
            where = f"line {first[1]}" if first[0] == table.name else f"line {first[1]} of {first[0]}"
            text = f"{shown(form.cleaned_data['external_id'])} was on {where} already."
            remarks.refuse(table.name, record.line, shape.headers["external_id"], text)
            return
    for name, text in form.notes:
        remarks.note(table.name, record.line, shape.headers.get(name, ""), text)
    export.rows[shape.kind].append(Row(table.name, record.line, form.cleaned_data, shape.headers))


def _reason(form, shape):
    """(column, text) of a form's errors: the first by name, the others behind it."""
    told = [(shape.headers.get(name, ""), " ".join(errors)) for name, errors in form.errors.items()]
    (column, text), *others = told
    return column, " ".join([text, *(f"{header}: {error}" for header, error in others)])
