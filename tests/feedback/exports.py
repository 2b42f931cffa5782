"""Small exports for the import's tests."""

import io

from feedback.actions.imports import undo_import
from feedback.importing.column_map import ColumnMap, read_map
from feedback.importing.reading import read_exports
from feedback.importing.taking import take
from feedback.jobs import run_due_jobs
from feedback.models import Import, Opportunity

HEADER = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value"
WON = "W1,Moses Frase,GTX Basic,Cancity,Won,2026-01-05,2026-03-01,1054"
LOST = "L1,Darcel Schlecht,GTXPro,Isdom,Lost,2026-02-01,2026-03-11,0"
OPEN = "O1,Moses Frase,GTX Pro,,Engaging,,,"
PRODUCTS = "product,series,sales_price\nGTX Basic,GTX,550\nGTX Pro,GTX,4821\n"
TEAMS = "sales_agent,manager,regional_office\nMoses Frase,Dustin Brinkmann,Central\n"
ACCOUNTS = "account,sector,employees,office_location\nCancity,retail,2448,United States\nIsdom,medical,40,Kenya\n"


def deals(*rows, header=HEADER):
    return "\n".join([header, *rows]) + "\n"


def bring_in(*files, source="crm", reviews_from=None, map="", dry_run=False, by=None):
    """Imports texts or bytes, or (name, text) pairs; gives the Import as the database has it."""
    named = [file if isinstance(file, tuple) else (f"{number}.csv", file) for number, file in enumerate(files, start=1)]
    column_map = read_map(map.encode()) if map else ColumnMap()
    as_bytes = [(name, text if isinstance(text, bytes) else text.encode()) for name, text in named]
    export = read_exports(as_bytes, column_map)
    parent = Import(source=source, reviews_from=reviews_from, dry_run=dry_run, by=by)
    take(export, parent)
    return Import.objects.get(pk=parent.pk)


def take_back(parent, by):
    """Undoes an import in the background; the lines that stand against it, if any."""
    undo_import(parent=parent, by=by)
    run_due_jobs()
    parent.refresh_from_db()
    return parent.undo_job.result.get("lines", [])


def refused(parent):
    """[(file, line, column, text)] of what was not taken."""
    return list(parent.remarks.filter(level="refused").values_list("file", "line", "column", "text"))


def remark(parent, part):
    """The one remark with these words."""
    return parent.remarks.get(text__contains=part)


def deal(external_id):
    return Opportunity.objects.select_related("account", "owner__team__manager", "product", "source").get(
        external_id=external_id
    )


def upload(text, name="deals.csv"):
    file = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    file.name = name
    return file
