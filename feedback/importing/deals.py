"""Deals of an export into the database: new ones made, known ones changed where the file says something else."""

from datetime import date

from django.utils import timezone

from feedback.importing.accounts import Accounts
from feedback.importing.history import CHANGED, MADE, deals_of, record
from feedback.importing.ledger import BATCH, Ledger, in_chunks, overwrite, snapshot
from feedback.importing.people import People
from feedback.importing.products import Products
from feedback.importing.reading import Row
from feedback.importing.remarks import Remarks
from feedback.models import Company, Exclusion, Opportunity, Review, Snooze, Source, User
from feedback.models.opportunities import Outcome

FIELDS = [
    "name",
    "account",
    "owner",
    "product",
    "outcome",
    "stage",
    "amount",
    "amount_estimate",
    "currency",
    "created_on",
    "closed_on",
    "lead_source",
]
PLAIN = ["name", "stage", "amount", "currency", "created_on", "lead_source"]
BLANK = {
    "account": "Deals without an account in the file.",
    "owner": "Deals without an owner in the file.",
    "product": "Deals without a product in the file.",
}


class Refused(Exception):
    """A row that its form accepts and that still cannot be taken: (field, text)."""


class Deals:
    """The deals of one source, in memory. `read` plans and counts, `save` writes."""

    def __init__(self, source: Source, remarks: Remarks, people: People, products: Products, accounts: Accounts):
        self.source, self.remarks, self.products = source, remarks, products.names
        self.books = {
            "account": accounts.names.met,
            "owner": people.met,
            "product": products.names.met,
        }
        self.currency = Company.current().currency
        self.known = {deal.external_id: deal for deal in Opportunity.objects.filter(source=source.pk)}
        self.products_by_id = {product.pk: product for product in self.products.by_key.values()}
        self.new: list[Opportunity] = []
        self.changed: list[tuple[Opportunity, dict]] = []  # with the former values
        self.unchanged = 0
        self.newest_close: date | None = None  # of the past, among the deals of these files

    def read(self, rows: list[Row]) -> None:
        for row in rows:
            deal = self.known.get(row.values["external_id"])
            try:
                values = _told(row, deal)
            except Refused as refusal:
                field, text = refusal.args
                self.remarks.refuse(row.file, row.line, row.header(field), text)
                continue
            for field, met in self.books.items():
                if row.values.get(field):
                    values[field] = met(row.values[field], row, field)
                elif field in row.values:
                    self.remarks.note(row.file, row.line, row.header(field), BLANK[field])
            self._plan(row, deal, values)

    def _plan(self, row, known, values):
        self._see_close(values["closed_on"])
        if known is None:
            deal = Opportunity(external_id=row.values["external_id"], currency=self.currency)
            self._apply(deal, row, values)
            self.new.append(deal)
        elif before := self._apply(known, row, values):
            self.changed.append((known, before))
        else:
            self.unchanged += 1

    def _see_close(self, day):
        if day and day <= timezone.localdate():
            self.newest_close = max(self.newest_close or day, day)

    def save(self, ledger: Ledger, by: User | None) -> None:
        """Writes deals once people, products and accounts are saved. A reopened deal keeps its review as history."""
        for deals in in_chunks(self.new):
            for deal in deals:
                deal.source = self.source
            Opportunity.objects.bulk_create(deals, batch_size=BATCH)
            for deal in deals:
                ledger.made(deal, FIELDS)
        touched = set().union(*(before for _, before in self.changed))
        for changed in in_chunks(self.changed):
            deals = [deal for deal, _ in changed]
            overwrite(deals, touched)
            for deal, before in changed:
                ledger.changed(deal, before)
        ledger.write()
        for made, rows, kind in ((True, self.new, MADE), (False, self.changed, CHANGED)):
            if rows:
                record(deals_of(ledger.parent, made=made), kind, by, f"Import {ledger.parent.pk}")
        turned = [deal.pk for deal, before in self.changed if "outcome" in before]
        _archive_reviews(turned, ledger)
        _undo_exclusions(turned, ledger, by)
        _end_snoozes([deal.pk for deal, before in self.changed if "owner" in before])

    def _apply(self, deal, row, values):
        """Sets what the row says; the former values, by `snapshot`, of what that changed."""
        if deal.product_id:
            deal.product = self.products_by_id[deal.product_id]
        before, old_name, old_ground = snapshot(deal, FIELDS), _own_name(deal), (deal.product, deal.currency)
        for field, value in values.items():
            setattr(deal, field, value)
        if deal.name in ("", old_name) and "name" not in values:
            deal.name = _own_name(deal)
        self._estimate(deal, row, moved=(deal.product, deal.currency) != old_ground)
        after = snapshot(deal, FIELDS)
        unsaved = {field for field in self.books if values.get(field) and values[field].pk is None}
        return {field: value for field, value in before.items() if after[field] != value or field in unsaved}

    def _estimate(self, deal, row, *, moved):
        """An unknown amount is estimated by the list price, which is in the company's currency.

        `moved`: the deal has another product or currency than before, so that an older estimate says nothing of it.
        """
        price = self._list_price(deal) if deal.currency == self.currency else None
        if deal.amount is not None:
            deal.amount_estimate = None
        elif price is not None or moved:
            deal.amount_estimate = price
        if "amount" not in row.values or deal.amount is not None or price is None:
            return
        text = "Amount not known: estimated by the product's list price."
        self.remarks.note(row.file, row.line, row.header("amount"), text)

    def _list_price(self, deal):
        """As it stands now: this import may just have changed it."""
        return self.products.by_key[deal.product.key].list_price if deal.product else None


def _told(row, deal):
    """What the row says of the deal, but for the names in it. A blank cell says nothing. Raises Refused."""
    values = {field: row.values[field] for field in PLAIN if row.values.get(field) not in (None, "")}
    outcome = row.values.get("outcome") or (deal and deal.outcome)
    if not outcome:
        raise Refused("stage", "A new deal needs a stage, or an outcome.")
    closed_on = row.values.get("closed_on") or (deal and deal.closed_on)
    if outcome != Outcome.OPEN and not closed_on:
        raise Refused("closed_on", "A won or lost deal needs the day it was closed.")
    values["outcome"], values["closed_on"] = outcome, closed_on if outcome != Outcome.OPEN else None
    created_on = values.get("created_on") or (deal and deal.created_on)
    if created_on and values["closed_on"] and values["closed_on"] < created_on:
        raise Refused("closed_on", f"Closed on {closed_on}, before it was created on {created_on}.")
    return values


def _own_name(deal):
    """What a deal without a name of its own is called."""
    return deal.product.name if deal.product else f"Deal {deal.external_id}"


def _archive_reviews(deal_ids, ledger):
    rows = _live(Review.objects.live(), deal_ids)
    for review in rows:
        review.archived_at = timezone.now()
        ledger.changed(review, {"archived_at": None})
    Review.objects.bulk_update(rows, ["archived_at"], batch_size=BATCH)


def _undo_exclusions(deal_ids, ledger, by):
    rows = _live(Exclusion.objects.live(), deal_ids)
    for exclusion in rows:
        exclusion.undone_at, exclusion.undone_by = timezone.now(), by
        ledger.changed(exclusion, {"undone_at": None, "undone_by": None})
    Exclusion.objects.bulk_update(rows, ["undone_at", "undone_by"], batch_size=BATCH)


def _end_snoozes(deal_ids):
    """Somebody else owns the deal now; undoing the import puts no review off again."""
    for chunk in _chunks_of(deal_ids):
        Snooze.objects.live().filter(opportunity__in=chunk).update(ended_at=timezone.now())


def _live(queryset, deal_ids):
    return [row for chunk in _chunks_of(deal_ids) for row in queryset.filter(opportunity__in=chunk)]


def _chunks_of(deal_ids):
    return [deal_ids[start : start + BATCH] for start in range(0, len(deal_ids), BATCH)]
