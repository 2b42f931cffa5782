"""Checked rows into the database: planned outside any transaction, since only one can write at a time to SQLite."""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from copy import deepcopy
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from feedback.importing.accounts import Accounts
from feedback.importing.deals import Deals
from feedback.importing.kinds import Kind
from feedback.importing.ledger import BATCH, Ledger, snapshot
from feedback.importing.people import People
from feedback.importing.products import Products
from feedback.importing.reading import Export
from feedback.importing.standing import standing
from feedback.models import Import, ImportRemark, Opportunity, Source

REVIEWS_BEFORE_NEWEST = timedelta(days=90)
PLANS_OUTSIDE = 3


class Moved(Exception):
    """What the plan stands on was changed after it was made."""


def take(export: Export, parent: Import, finish: Callable[[], AbstractContextManager] = transaction.atomic) -> None:
    """Takes the export in and writes counts and remarks on `parent`; a dry run plans the same and writes no more.

    `finish` opens the transaction that everything is written in. Must itself run outside any.
    """
    for _ in range(PLANS_OUTSIDE):
        plan = Plan(export, parent)
        with suppress(Moved), finish():
            plan.write()
            return
    with finish():  # somebody is always quicker: they wait this time
        lock_imports()
        Plan(export, parent).write()


def lock_imports() -> None:
    """Holds every source, so that imports and undos come one after the other."""
    list(Source.objects.select_for_update().order_by("id"))


class Plan:
    """What an export makes and changes of the rows there are. Reads only, until `write`."""

    def __init__(self, export: Export, parent: Import):
        self.parent, self.remarks = parent, deepcopy(export.remarks)
        # The source of that name, case apart.
        self.source = Source.objects.filter(name__iexact=parent.source).first() or Source(name=parent.source)
        self._stood_on = standing(self._known_deals())
        self.people, self.products = People(self.remarks), Products(self.remarks)
        self.accounts = Accounts(self.remarks)
        self.people.place(export.rows[Kind.PEOPLE])
        self.products.read(export.rows[Kind.PRODUCTS])
        self.accounts.read(export.rows[Kind.ACCOUNTS])
        self.deals = Deals(self.source, self.remarks, self.people, self.products, self.accounts)
        self.deals.read(export.rows[Kind.DEALS])

    def write(self) -> None:
        """Must run in a transaction. Raises Moved, with nothing written."""
        if not self.parent.dry_run:
            lock_imports()
            if standing(self._known_deals().select_for_update()) != self._stood_on:
                raise Moved
        reviews_from = self._reviews_from()
        self.parent.save()
        if not self.parent.dry_run:
            self._write_rows(reviews_from)
        self._report(reviews_from)

    def _known_deals(self):
        return Opportunity.objects.filter(source=self.source.pk)

    def _write_rows(self, reviews_from):
        ledger = Ledger(self.parent)
        if self.source.pk is None:
            self.source.save()
            ledger.made(self.source, ["name"])
        for part in (self.people, self.products, self.accounts):
            part.save(ledger)
        self.deals.save(ledger, self.parent.by)
        if reviews_from != self.source.reviews_from:
            before = snapshot(self.source, ["reviews_from"])
            self.source.reviews_from = reviews_from
            self.source.save(update_fields=["reviews_from"])
            ledger.changed(self.source, before)
        ledger.write()

    def _reviews_from(self):
        """The day from which the source's lost deals owe reviews: as given, as before, or by the last close."""
        newest = self.deals.newest_close
        return self.parent.reviews_from or self.source.reviews_from or (newest and newest - REVIEWS_BEFORE_NEWEST)

    def _report(self, reviews_from):
        parent, deals = self.parent, self.deals
        parent.created, parent.updated, parent.unchanged = len(deals.new), len(deals.changed), deals.unchanged
        parent.refused, parent.reviews_from = self.remarks.refused, reviews_from
        parent.ended_at = timezone.now()
        parent.save()
        ImportRemark.objects.bulk_create(self.remarks.all(parent), batch_size=BATCH)
