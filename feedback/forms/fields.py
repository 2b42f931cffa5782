from datetime import date

from django import forms

EARLIEST, LATEST = date(1970, 1, 1), date(2200, 12, 31)  # beyond lies a slip of the hand, not a day of a deal


def validate_day(day: date) -> None:
    """Raises ValidationError for a day that cannot be meant."""
    if not EARLIEST <= day <= LATEST:
        raise forms.ValidationError("This is not a possible date.")


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day a person types or picks."""

    widget = DayInput
    default_validators = [validate_day]


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows to choose; a number no row can have is refused like any other wrong choice."""

    def _check_values(self, value):
        try:
            return super()._check_values(value)
        except OverflowError:
            raise forms.ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice", params={"value": "that number"}
            ) from None
