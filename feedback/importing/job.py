"""The background work of an import that came from the upload page, and of an undo."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from feedback.importing.column_map import ColumnMap
from feedback.importing.reading import read_exports
from feedback.importing.taking import take
from feedback.importing.undoing import StandsOnIt, Undo
from feedback.importing.unreadable import UnreadableFile
from feedback.jobs import JobRefused, Run, runs
from feedback.models import Import, ImportFile, Job
from feedback.models.jobs import JobState

KIND = "import_opportunities"
UNDO = "undo_import"
DRY_RUN_FILES_KEPT = timedelta(days=7)


@runs(KIND)
def import_opportunities(run: Run) -> None:
    """Reads and checks outside any transaction, then takes everything in together with "done"."""
    parent = Import.objects.select_related("by").get(pk=run.payload["import"])
    column_map = ColumnMap(**parent.column_map)
    try:
        export = read_exports(_stored(parent), column_map, lambda done, total: run.progress(done, total, "rows read"))
    except UnreadableFile as error:
        raise JobRefused(str(error)) from error
    run.result = {"import": parent.pk}
    take(export, parent, run.finish)
    forget_files()


@runs(UNDO)
def undo_import(run: Run) -> None:
    """Takes an import back together with "done". What stands on it becomes `result["lines"]` of the failed job."""
    undo = Undo(Import.objects.get(pk=run.payload["import"]), run.job.by)
    try:
        undo.check(lambda done, total: run.progress(done, total, "rows compared"))
        with run.finish():
            undo.write()
    except StandsOnIt as refusal:
        run.renew(result={"lines": refusal.lines})
        raise JobRefused("Something was built on this import.") from refusal


def forget_files() -> None:
    """Deletes uploads nobody needs: of ended real imports, of failed ones, and of dry runs a week old."""
    ended = Q(parent__dry_run=False, parent__ended_at__isnull=False) | Q(parent__job__state=JobState.FAILED)
    old = Q(parent__dry_run=True, parent__ended_at__lt=timezone.now() - DRY_RUN_FILES_KEPT)
    waiting = ImportFile.objects.filter(parent__dry_run=False, parent__job__in=Job.objects.unfinished())
    unneeded = ImportFile.objects.filter(ended | old).exclude(file="").exclude(file__in=waiting.values("file"))
    for name in set(unneeded.values_list("file", flat=True)):
        ImportFile.file.field.storage.delete(name)
        ImportFile.objects.filter(file=name).update(file="")


def _stored(parent):
    try:
        for stored in parent.files.order_by("id"):
            with stored.file.open("rb") as file:
                yield stored.name, file.read()
    except (FileNotFoundError, ValueError) as error:
        raise JobRefused("The uploaded files are gone. Upload them again.") from error
