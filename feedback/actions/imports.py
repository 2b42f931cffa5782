from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date

from django.core.files.base import File
from django.db import transaction

from feedback.importing.column_map import ColumnMap
from feedback.importing.job import KIND, UNDO
from feedback.jobs import queue_job
from feedback.models import Import, ImportFile, User


@transaction.atomic
def start_import(
    *,
    files: Iterable[File],
    source: str,
    reviews_from: date | None,
    column_map: ColumnMap,
    dry_run: bool,
    by: User,
) -> Import:
    """Stores the files and queues their import. Files that cannot be written down are deleted again."""
    parent = Import(source=source, reviews_from=reviews_from, column_map=column_map.as_json(), dry_run=dry_run, by=by)
    parent.save()
    with ExitStack() as stored:
        for file in files:
            row = ImportFile(parent=parent, name=file.name[:200])
            row.file.save(file.name, file, save=False)
            stored.callback(row.file.storage.delete, row.file.name)
            row.save()
        _queued(parent)
        stored.pop_all()
    return parent


@transaction.atomic
def repeat_import(*, dry_run: Import, by: User) -> Import | None:
    """Queues the real import of a dry run's files; None when they are gone. Twice gives the same one."""
    Import.objects.select_for_update().get(pk=dry_run.pk)
    stored = list(dry_run.files.exclude(file=""))
    if not stored:
        return None
    files = [file.file.name for file in stored]
    real = Import.objects.filter(dry_run=False, files__file__in=files).first()
    if real:
        return real
    real = Import.objects.create(
        source=dry_run.source, reviews_from=dry_run.reviews_from, column_map=dry_run.column_map, by=by
    )
    for file in stored:
        ImportFile.objects.create(parent=real, name=file.name, file=file.file.name)
    return _queued(real)


@transaction.atomic
def undo_import(*, parent: Import, by: User) -> None:
    """Queues taking the whole import back; twice, or once it is undone, changes nothing."""
    parent = Import.objects.select_for_update(of=("self",)).select_related("undo_job").get(pk=parent.pk)
    if parent.is_undoable and not parent.is_undoing:
        parent.undo_job = queue_job(kind=UNDO, payload={"import": parent.pk}, by=by)
        parent.save(update_fields=["undo_job"])


def _queued(parent):
    parent.job = queue_job(kind=KIND, payload={"import": parent.pk}, by=parent.by)
    parent.save(update_fields=["job"])
    return parent
