"""Deals of an export into the database: new ones made, known ones changed where the file says something else."""

from dataclasses import dataclass

from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from feedback.importing.accounts import Accounts
from feedback.importing.ledger import BATCH, Ledger, snapshot
from feedback.importing.people import People
from feedback.importing.products import Products
from feedback.importing.reading import Row
from feedback.importing.remarks import Remarks
from feedback.models import Company, Exclusion, Opportunity, Review, Source, User
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


@dataclass
class Planned:
    """A row and the deal it is about (None: a new one), with the values to set; names are rows, saved or not yet."""

    row: Row
    deal: Opportunity | None
    values: dict


class Deals:
    """The deals of one source, in memory. `read` plans, `save` writes and counts."""

    def __init__(self, source: Source, remarks: Remarks, people: People, products: Products, accounts: Accounts):
        self.source, self.remarks, self.products = source, remarks, products.names
        self.books = {
            "account": accounts.names.met,
            "owner": people.met,
            "product": products.names.met,
        }
        self.currency = Company.current().currency
        known = source.opportunities.select_for_update(of=("self",)).select_related("product")
        self.known = {deal.external_id: deal for deal in known}
        self.planned: list[Planned] = []
        self.created = self.updated = self.unchanged = 0

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
            self.planned.append(Planned(row, deal, values))

    def save(self, ledger: Ledger, by: User | None) -> None:
        """Writes deals once people, products and accounts are saved. A reopened deal keeps its review as history."""
        new, changed, touched, turned = [], [], set(), []
        for plan in self.planned:
            deal = plan.deal or Opportunity(
                source=self.source, external_id=plan.row.values["external_id"], currency=self.currency
            )
            before = self._apply(deal, plan)
            if plan.deal is None:
                new.append(deal)
            elif before:
                changed.append((deal, before))
                touched |= before.keys()
                if "outcome" in before:
                    turned.append(deal.pk)
            self.unchanged += plan.deal is not None and not before
        self.created, self.updated = len(new), len(changed)
        history = {"batch_size": BATCH, "default_user": by, "default_change_reason": f"Import {ledger.parent.pk}"}
        bulk_create_with_history(new, Opportunity, **history)
        if changed:
            bulk_update_with_history([deal for deal, _ in changed], Opportunity, sorted(touched), **history)
        for deal in new:
            ledger.made(deal, FIELDS)
        for deal, before in changed:
            ledger.changed(deal, before)
        _archive_reviews(turned, ledger)
        _undo_exclusions(turned, ledger, by)

    def newest_close(self):
        """The latest day of the past on which a deal of these files closed, or None."""
        days = [day for plan in self.planned if (day := plan.values.get("closed_on"))]
        return max((day for day in days if day <= timezone.localdate()), default=None)

    def _apply(self, deal, plan):
        """Sets what the row says; the former values, by `snapshot`, of what that changed."""
        before = snapshot(deal, FIELDS)
        old_name = _own_name(deal)
        for field, value in plan.values.items():
            setattr(deal, field, value)
        if deal.name in ("", old_name) and "name" not in plan.values:
            deal.name = _own_name(deal)
        self._estimate(deal, plan)
        after = snapshot(deal, FIELDS)
        return {field: value for field, value in before.items() if after[field] != value}

    def _estimate(self, deal, plan):
        """An unknown amount is estimated by the list price, which is in the company's currency."""
        price = self._list_price(deal) if deal.currency == self.currency else None
        if deal.amount is not None:
            deal.amount_estimate = None
        elif price is not None:
            deal.amount_estimate = price
        if "amount" not in plan.row.values or deal.amount is not None or price is None:
            return
        row, text = plan.row, "Amount not known: estimated by the product's list price."
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


def _live(queryset, deal_ids):
    chunks = [deal_ids[start : start + BATCH] for start in range(0, len(deal_ids), BATCH)]
    return [row for chunk in chunks for row in queryset.filter(opportunity__in=chunk)]
