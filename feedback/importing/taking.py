"""Checked rows into the database, in the caller's transaction."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from feedback.importing.accounts import Accounts
from feedback.importing.deals import Deals
from feedback.importing.kinds import Kind
from feedback.importing.ledger import Ledger, snapshot
from feedback.importing.people import People
from feedback.importing.products import Products
from feedback.importing.reading import Export
from feedback.models import Import, ImportRemark, Source

REVIEWS_BEFORE_NEWEST = timedelta(days=90)


def take(export: Export, parent: Import) -> None:
    """Takes the export in and writes counts and remarks on `parent`; a dry run does the same and rolls it back.

    Must run in a transaction; one import at a time.
    """
    with transaction.atomic():
        counts = _take(export, parent)
        transaction.set_rollback(parent.dry_run)
    for name, value in counts.items():
        setattr(parent, name, value)
    parent.refused = export.remarks.refused
    parent.ended_at = timezone.now()
    parent.save()
    ImportRemark.objects.bulk_create(export.remarks.all(parent), batch_size=500)


def lock_imports() -> None:
    """Holds every source, so that imports and undos come one after the other."""
    list(Source.objects.select_for_update().order_by("id"))


def _take(export, parent):
    lock_imports()
    remarks, ledger = export.remarks, Ledger(parent)
    source = _source(parent, ledger)
    people, products, accounts = People(remarks), Products(remarks), Accounts(remarks)
    people.place(export.rows[Kind.PEOPLE])
    products.read(export.rows[Kind.PRODUCTS])
    accounts.read(export.rows[Kind.ACCOUNTS])
    deals = Deals(source, remarks, people, products, accounts)
    deals.read(export.rows[Kind.DEALS])
    for part in (people, products, accounts):
        part.save(ledger)
    deals.save(ledger, parent.by)
    cut_off = _cut_off(source, parent, deals.newest_close(), ledger)
    ledger.write()
    return {
        "created": deals.created,
        "updated": deals.updated,
        "unchanged": deals.unchanged,
        "reviews_from": cut_off,
    }


def _source(parent, ledger):
    """The source of that name, case apart, made if there is none."""
    source = Source.objects.filter(name__iexact=parent.source).first()
    if source is None:
        source = Source.objects.create(name=parent.source)
        ledger.made(source, ["name"])
    return source


def _cut_off(source, parent, newest_close, ledger):
    """The day from which the source's lost deals owe reviews: as given, as before, or 90 days before the last close."""
    cut_off = parent.reviews_from or source.reviews_from
    if cut_off is None and newest_close:
        cut_off = newest_close - REVIEWS_BEFORE_NEWEST
    if cut_off != source.reviews_from:
        before = snapshot(source, ["reviews_from"])
        source.reviews_from = cut_off
        source.save(update_fields=["reviews_from"])
        ledger.changed(source, before)
    return cut_off
