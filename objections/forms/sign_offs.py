from django import forms

from objections.models.sign_offs import Opinion


class SignOffForm(forms.Form):
    """Whether it fits. `version` is the id of the one looked at, blank where nothing was made yet."""

    verdict = forms.ChoiceField(
        choices=Opinion.choices,
        widget=forms.HiddenInput,
        error_messages={"required": "Sign it off, or ask for changes.", "invalid_choice": "Choose one of the two."},
    )
    version = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    words = forms.CharField(
        label="In a word",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed where you ask for changes; its owner is told.",
    )

    def clean(self):
        data = super().clean()
        if data.get("verdict") == Opinion.CHANGES and not data.get("words") and "words" not in self.errors:
            self.add_error("words", "Say what has to change.")
        return data
