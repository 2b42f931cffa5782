from django import forms

from feedback.forms.fields import is_number
from objections.models import Theme

MOST = 200  # objections placed at once
LONGEST = 1000  # characters of a list of names


class NumbersField(forms.Field):
    """Numbers of rows a person chose. Whether such rows are there (any more) is said row by row, so not here."""

    widget = forms.MultipleHiddenInput

    def __init__(self, **kwargs):
        super().__init__(error_messages={"required": "Choose at least one objection."}, **kwargs)

    def to_python(self, value):
        numbers = [str(number) for number in value or []]
        if not all(is_number(number) for number in numbers):
            raise forms.ValidationError("Choose from the list.")
        return list(dict.fromkeys(map(int, numbers)))

    def validate(self, value):
        super().validate(value)
        if len(value) > MOST:
            raise forms.ValidationError(f"At most {MOST} at once.")


class ThemesField(NumbersField):
    """Ids of themes that were shown, in that order; others are left out."""

    def clean(self, value):
        numbers = super().clean(value)
        known = set(Theme.objects.filter(pk__in=numbers).values_list("pk", flat=True))
        return [number for number in numbers if number in known]


class GuessesField(forms.Field):
    """The themes shown for each row of a list, as `objection:theme,theme`: a dict of lists of ids by objection id."""

    widget = forms.MultipleHiddenInput

    def clean(self, value):
        rows = [str(row).partition(":") for row in (value or [])[:MOST]]
        rows = [(int(row), shown.split(",")) for row, _, shown in rows if shown and is_number(row)]
        found = {row: [int(number) for number in shown if is_number(number)] for row, shown in rows}
        wanted = {number for numbers in found.values() for number in numbers}
        known = set(Theme.objects.filter(pk__in=wanted).values_list("pk", flat=True))
        return {row: [number for number in numbers if number in known] for row, numbers in found.items()}


class NamesField(forms.CharField):
    """Names with commas between them: a list of them as they were written, each once however it is capitalised."""

    def __init__(self, *, longest, **kwargs):
        super().__init__(required=False, max_length=LONGEST, **kwargs)
        self.longest = longest

    def prepare_value(self, value):
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value):
        names = {}
        for name in (" ".join(part.split()) for part in super().clean(value).split(",")):
            if len(name) > self.longest:
                raise forms.ValidationError(
                    f"“{name[:20]}…” is longer than {self.longest} characters. Give a shorter name."
                )
            if name:
                names.setdefault(name.casefold(), name)
        return list(names.values())
