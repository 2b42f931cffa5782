"""The row forms: what one row of each kind of export must be like. They look at nothing but the row itself."""

from dataclasses import dataclass, field

from django import forms
from django.utils import timezone

from feedback.importing.cells import CountField, DayField, MoneyField, NameField
from feedback.importing.kinds import Kind, plain
from feedback.importing.remarks import shown
from feedback.models import Account, Opportunity, Product, Segment, User
from feedback.models.opportunities import Outcome

UNKNOWN_STAGE = "{} is a stage we do not know. Say in a map whether it is open, won or lost."


@dataclass(frozen=True)
class Rules:
    """How the cells of one file are read."""

    outcomes: dict[str, str] = field(default_factory=dict)
    date_format: str = ""
    day_first: bool | None = None
    decimal: str = ""
    currency: str = "EUR"


class RowForm(forms.Form):
    """`cells` has the columns the file has; the fields of others are left out, so that they are left alone."""

    def __init__(self, cells: dict[str, str], rules: Rules):
        super().__init__(cells)
        self.rules = rules
        self.notes: list[tuple[str, str]] = []  # (field, what was done with it)
        for name in set(self.fields) - set(cells):
            del self.fields[name]
        for form_field in self.fields.values():
            if isinstance(form_field, DayField):
                form_field.date_format, form_field.day_first = rules.date_format, rules.day_first
            elif isinstance(form_field, MoneyField):
                form_field.decimal = rules.decimal


def _text(model, name, form_class=forms.CharField, **kwargs):
    """A text field as long as the column it goes into."""
    kwargs.setdefault("required", False)
    return form_class(max_length=model._meta.get_field(name).max_length, **kwargs)


def _needed(what):
    return {"required": f"The row has no {what}."}


class DealRow(RowForm):
    external_id = _text(Opportunity, "external_id", required=True, error_messages=_needed("id"))
    name = _text(Opportunity, "name")
    account = _text(Account, "name", NameField)
    owner = _text(User, "crm_id", NameField)
    product = _text(Product, "name", NameField)
    stage = _text(Opportunity, "stage")
    outcome = forms.CharField(max_length=80, required=False)
    amount = MoneyField(required=False)
    currency = forms.CharField(max_length=3, required=False)
    created_on = DayField(required=False)
    closed_on = DayField(required=False)
    lead_source = _text(Opportunity, "lead_source")

    def clean_currency(self):
        code = self.cleaned_data["currency"].upper()
        if code and not (len(code) == 3 and code.isascii() and code.isalpha()):
            raise forms.ValidationError(f"{shown(code)} is not a currency. Give three letters, like EUR.")
        return code

    def clean(self):
        data = super().clean()
        self._read_outcome(data)
        self._read_amount(data)
        self._read_days(data)
        return data

    def _read_outcome(self, data):
        """The outcome column, where it says one, else the stage's."""
        told = data.pop("outcome", "")
        stage = data.get("stage", "")
        known = self.rules.outcomes
        outcome = known.get(plain(told)) or known.get(plain(stage))
        column = "stage" if "stage" in self.fields else "outcome"
        if outcome:
            data["outcome"] = outcome
            data["stage"] = stage or told
        elif (stage or told) and not self.has_error(column):
            self.add_error(column, UNKNOWN_STAGE.format(shown(stage or told)))

    def _read_amount(self, data):
        if not data.get("amount"):
            return
        amount, sign = data["amount"]
        company = self.rules.currency
        if sign and not data.get("currency"):
            data["currency"] = company if sign == "USD" and company.endswith("D") else sign
        if amount == 0 and data.get("outcome") == Outcome.LOST:
            amount = None
            self.notes.append(("amount", "The amount of a lost deal is 0: taken as unknown."))
        data["amount"] = amount

    def _read_days(self, data):
        created, closed = data.get("created_on"), data.get("closed_on")
        if closed and data.get("outcome") == Outcome.OPEN:
            data["closed_on"] = None
            self.notes.append(("closed_on", "An open deal's closing day is only expected: left out."))
            return
        if created and closed and closed < created:
            self.add_error("closed_on", f"Closed on {closed}, before it was created on {created}.")
        if closed and closed > timezone.localdate():
            self.notes.append(("closed_on", "Closed on a day that is still to come: taken as it is."))


class ProductRow(RowForm):
    product = _text(Product, "name", NameField, required=True, error_messages=_needed("product"))
    series = _text(Product, "series")
    list_price = MoneyField(required=False)

    def clean_list_price(self):
        read = self.cleaned_data["list_price"]
        return read[0] if read else None


class PersonRow(RowForm):
    owner = _text(User, "crm_id", NameField, required=True, error_messages=_needed("person"))
    manager = NameField(max_length=112, required=False)  # fits the name of their team too


class AccountRow(RowForm):
    account = _text(Account, "name", NameField, required=True, error_messages=_needed("account"))
    industry = _text(Segment, "value")
    employees = CountField(required=False)
    region = _text(Segment, "value")


FORMS = {Kind.DEALS: DealRow, Kind.PRODUCTS: ProductRow, Kind.PEOPLE: PersonRow, Kind.ACCOUNTS: AccountRow}
