from datetime import date

from django import forms
from django.forms.models import ModelChoiceIterator

EARLIEST, LATEST = date(1970, 1, 1), date(2200, 12, 31)  # beyond lies a slip of the hand, not a day of a deal


def validate_day(day: date) -> None:
    """Raises ValidationError for a day that cannot be meant."""
    if not EARLIEST <= day <= LATEST:
        raise forms.ValidationError("This is not a possible date.")


def is_number(typed: str) -> bool:
    """Whether it can be the number of a row."""
    return typed.isascii() and typed.isdecimal() and len(typed) < 19


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day a person types or picks."""

    widget = DayInput
    default_validators = [validate_day]


class CodedField(forms.ModelChoiceField):
    """A row of the taxonomy. One of another version, shown before a new one was published, means the same code here."""

    def to_python(self, value):
        try:
            return super().to_python(value)
        except forms.ValidationError:
            shown = self.queryset.model.objects.filter(pk=value).first() if is_number(str(value)) else None
            same = self.queryset.filter(code=shown.code).first() if shown else None
            if same is None:
                raise
            return same


class _People(ModelChoiceIterator):
    """(id, name) of each person without making a person of each: some forms offer everybody there is, twice."""

    def __iter__(self):
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        for pk, name, username in self.queryset.values_list("pk", "name", "username"):
            yield pk, name or username


def offer_people(field: forms.ModelChoiceField, people) -> None:
    """Makes the field offer these people."""
    field.iterator = _People
    field.queryset = people


class NameField(forms.CharField):
    """The name of a row that is found by name, made if there is none; empty for no row."""

    def __init__(self, model, *, max_length=200, required=False, **kwargs):
        super().__init__(max_length=max_length, required=required, **kwargs)
        self.model = model

    def row(self, name: str):
        """The row of that name or alias, or None for an empty name. Makes it, so call it when saving."""
        return self.model.objects.get_or_make(name)[0] if name.strip() else None


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows to choose; a number no row can have is refused like any other wrong choice."""

    def _check_values(self, value):
        try:
            return super()._check_values(value)
        except OverflowError:
            raise forms.ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice", params={"value": "that number"}
            ) from None


def take_whole(form, *names):
    """Lets what is too long be pasted whole and be told so: a browser would cut it at the limit without a word."""
    for name in names:
        form.fields[name].widget.attrs.pop("maxlength", None)
