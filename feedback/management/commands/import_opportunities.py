from argparse import RawDescriptionHelpFormatter
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from feedback.importing.column_map import EXAMPLE, BadMap, ColumnMap, read_map
from feedback.importing.kinds import ALIASES
from feedback.importing.reading import read_exports
from feedback.importing.taking import take
from feedback.importing.unreadable import UnreadableFile
from feedback.models import Import
from feedback.models.imports import Level, validate_source

SUFFIXES = {".csv", ".tsv", ".txt", ".xlsx"}
MOST_SHOWN = 200
NOTHING_READ = 2


class Command(BaseCommand):
    help = (
        "Takes deals in from CRM exports (CSV or .xlsx): deals with their ids, and, told apart by their headers, "
        "accounts, products with list prices, and who reports to whom. The same file twice changes nothing; a later "
        "one changes what it says differently, and a blank cell changes nothing. Never prompts. "
        "Exit code 0: nothing refused; 1: some rows were; 2: nothing could be read.\n\n"
        "A map for your own words (--map), every line of it optional:\n\n"
        f"{EXAMPLE}\nFields: {', '.join(ALIASES)}."
    )

    def create_parser(self, prog_name, subcommand, **kwargs):
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser):
        parser.add_argument("paths", nargs="+", metavar="PATH", type=Path, help="a file, or a folder of files")
        parser.add_argument("--source", default="crm", help="the system they come from (default: crm)")
        parser.add_argument("--map", type=Path, metavar="FILE.toml", help="your words for columns and stages")
        parser.add_argument(
            "--reviews-from",
            type=date.fromisoformat,
            metavar="DATE",
            help="deals lost since this day (YYYY-MM-DD) owe a review; default: at the source's first import "
            "90 days before the newest close, later as it is",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and take nothing in")

    def handle(self, *, paths, source, reviews_from, dry_run, **options):
        column_map = _column_map(options["map"])
        parent = Import(source=source.strip(), reviews_from=reviews_from, dry_run=dry_run)
        parent.column_map = column_map.as_json()
        try:
            validate_source(parent.source)
            export = read_exports([(path.name, path.read_bytes()) for path in _files(paths)], column_map)
        except (UnreadableFile, OSError) as error:
            raise CommandError(str(error), returncode=NOTHING_READ) from error
        except ValidationError as error:
            raise CommandError(error.message, returncode=NOTHING_READ) from error
        take(export, parent)
        self._report(parent)
        if parent.refused:
            raise SystemExit(1)

    def _report(self, parent):
        remarks = list(parent.remarks.all())
        refused = [remark for remark in remarks if remark.level == Level.REFUSED]
        for remark in refused[:MOST_SHOWN]:
            self.stdout.write(f"refused  {remark.where}: {remark.text}")
        if len(refused) > MOST_SHOWN:
            self.stdout.write(f"refused  … and {len(refused) - MOST_SHOWN} more: see import {parent.pk} in the portal")
        for remark in remarks:
            if remark.level != Level.REFUSED:
                self.stdout.write(f"{remark.level:<9}{remark.where}: {remark.text} [rows: {remark.rows}]")
        if parent.dry_run:
            self.stdout.write("Dry run: nothing was taken in.")
        self.stdout.write(parent.counts)


def _column_map(path):
    if path is None:
        return ColumnMap()
    try:
        return read_map(path.read_bytes())
    except (BadMap, OSError) as error:
        raise CommandError(str(error), returncode=NOTHING_READ) from error


def _files(paths):
    """Every file given, and in folders those that look like exports, by name. Raises UnreadableFile for none."""
    files = []
    for path in paths:
        if path.is_dir():
            files += sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES and file.is_file())
        else:
            files.append(path)
    if not files:
        raise UnreadableFile("There is no CSV or .xlsx file in the folder.")
    return files
