"""Form fields for the texts exports have in their cells."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django import forms
from django.core.validators import EMPTY_VALUES

from feedback.importing.remarks import shown
from feedback.names import match_key

CENT = Decimal("0.01")
MOST = Decimal("999999999999.99")
SIGNS = {"€": "EUR", "£": "GBP", "$": "USD"}
ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ].*)?", re.ASCII | re.DOTALL)
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?: .*)?", re.ASCII | re.DOTALL)
SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:,? .*)?", re.ASCII | re.DOTALL)
WORDED = ["%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y"]
BOTH_WAYS = "{} could be read both ways. Say which with {} in a map."


class NameField(forms.CharField):
    """A name that other rows are matched with; too long without spaces is too long as well."""

    def clean(self, value):
        name = super().clean(value)
        if name and not 0 < len(match_key(name)) <= self.max_length:
            raise forms.ValidationError(f"{shown(name)} is no name we can match: use fewer or plainer letters.")
        return name


class DayField(forms.Field):
    """A day in any unmistakable form: None when blank. `day_first` decides 03/04/2026 and may be None: unknown."""

    def __init__(self, *, date_format="", day_first=None, **kwargs):
        self.date_format, self.day_first = date_format, day_first
        super().__init__(**kwargs)

    def to_python(self, value):
        if value in EMPTY_VALUES:
            return None
        try:
            day = self._read(value.strip())
        except ValueError as error:
            raise forms.ValidationError(f"{shown(value)} is not a date.") from error
        if day.year < 1970 or day.year > 2200:
            raise forms.ValidationError(f"{shown(value)} is not a possible date.")
        return day

    def _read(self, text):
        if self.date_format:
            return datetime.strptime(text, self.date_format).date()
        if match := ISO.fullmatch(text):
            return date(*map(int, match.groups()))
        if match := DOTTED.fullmatch(text):
            return date(*map(int, reversed(match.groups())))
        if match := SLASHED.fullmatch(text):
            return self._slashed(text, *map(int, match.groups()))
        return _worded(text)

    def _slashed(self, text, first, second, year):
        if self.day_first is None and first != second:
            raise forms.ValidationError(BOTH_WAYS.format(shown(text), "date_format"))
        return date(year, second, first) if self.day_first else date(year, first, second)


def _worded(text):
    for form in WORDED:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise ValueError(text)


def day_comes_first(texts) -> bool | None:
    """Whether a column with dates like 31/12/2026 has the day first, by those that allow one reading only.

    None when no date tells, or when some say this and some say that.
    """
    said = set()
    for text in texts:
        if match := SLASHED.fullmatch(text):
            first, second = int(match[1]), int(match[2])
            if (first > 12) != (second > 12):
                said.add(first > 12)
    return said.pop() if len(said) == 1 else None


class MoneyField(forms.Field):
    """An amount: (Decimal of cents, currency code or "") or None when blank. `decimal` decides 1.234, if given."""

    def __init__(self, *, decimal="", **kwargs):
        self.decimal = decimal
        super().__init__(**kwargs)

    def to_python(self, value):
        if value in EMPTY_VALUES:
            return None
        currency, digits = _without_currency(value)
        amount = Decimal(_plain_number(digits, self.decimal, value))
        if amount < 0:
            raise forms.ValidationError(f"{shown(value)} is negative.")
        if amount > MOST:
            raise forms.ValidationError(f"{shown(value)} is too large.")
        return amount.quantize(CENT, ROUND_HALF_UP), currency


class CountField(MoneyField):
    """A whole number of people or things; None when blank."""

    def to_python(self, value):
        read = super().to_python(value)
        if read is None:
            return None
        number, currency = read
        if currency or number != int(number) or number > 2_147_483_647:
            raise forms.ValidationError(f"{shown(value)} is not a number of people.")
        return int(number)


def _without_currency(text):
    """("EUR", "1,054") of "€ 1,054"; a code or sign before or after."""
    text = re.sub(r"[\s\u00a0\u202f']", "", text)
    match = re.fullmatch(r"([A-Z]{3}|[€£$])?(.*?)([A-Z]{3}|[€£$])?", text)
    if match is None or (match[1] and match[3]):
        return "", text
    code = match[1] or match[3] or ""
    return SIGNS.get(code, code), match[2]


def _plain_number(digits, decimal, typed):
    """The digits with a point for decimals and nothing else besides. Raises ValidationError."""
    if decimal:
        digits = digits.replace("." if decimal == "," else ",", "").replace(decimal, ".")
    elif re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", digits, re.ASCII):
        digits = digits.replace(",", "")
    elif re.fullmatch(r"-?\d{1,3}((\.\d{3}){2,}|(\.\d{3})+,\d{1,2})|-?\d+,\d{1,2}", digits, re.ASCII):
        digits = digits.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", digits, re.ASCII):
        raise forms.ValidationError(BOTH_WAYS.format(shown(typed), "decimal"))
    if not re.fullmatch(r"-?\d+(\.\d+)?", digits, re.ASCII):
        raise forms.ValidationError(f"{shown(typed)} is not an amount.")
    return digits
