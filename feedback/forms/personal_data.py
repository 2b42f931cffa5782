from django import forms

from feedback.redaction import SHORTEST, Redaction
from feedback.retention import kinds, months_kept

WHY_HINT = "Kept with the record of the erasure: a ticket number, not the name."


class WordsForm(forms.Form):
    """The words that identify somebody, one to a line; `redaction` is made of them."""

    words = forms.CharField(
        label="Name, e-mail address, telephone number",
        max_length=1000,
        help_text="One to a line. Found as whole words, in capitals or not; give each spelling that was used.",
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )

    def clean_words(self):
        lines = [" ".join(line.split()) for line in self.cleaned_data["words"].splitlines() if line.strip()]
        short = next((line for line in lines if len(line) < SHORTEST), None)
        if short:
            raise forms.ValidationError(f"“{short}” is too short: it would match too much. Give {SHORTEST} letters.")
        if len(lines) > 10:
            raise forms.ValidationError("Give at most ten lines at once.")
        if not any(character.isalnum() for line in lines for character in line):
            raise forms.ValidationError("Give a name, an address or a number.")
        return "\n".join(lines)

    @property
    def redaction(self) -> Redaction:
        return Redaction(self.cleaned_data["words"].splitlines())


class EraseWordsForm(WordsForm):
    why = forms.CharField(label="Why", max_length=300, help_text=WHY_HINT)
    sure = forms.BooleanField(label="I have looked at the places below. This cannot be taken back.")


class ErasePersonForm(forms.Form):
    why = forms.CharField(label="Why", max_length=300, help_text=WHY_HINT)
    sure = forms.BooleanField(label="This cannot be taken back.")


class RetentionForm(forms.Form):
    """Months for each kind of row; blank keeps them for good."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kept = months_kept()
        for key, kind in kinds.items():
            self.fields[key] = forms.IntegerField(
                label=f"{kind.title}, months",
                help_text=kind.why,
                required=False,
                min_value=1,
                max_value=600,
                initial=kept[key],
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
