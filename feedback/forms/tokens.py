from django import forms

from feedback.models.tokens import Scope

LIVES = [(30, "30 days"), (90, "90 days"), (365, "A year")]


class TokenForm(forms.Form):
    name = forms.CharField(
        label="What is it for?", max_length=80, help_text="So that you recognise it later, like “CRM sync”."
    )
    scopes = forms.MultipleChoiceField(
        label="What may it do?",
        choices=Scope,
        initial=[Scope.READ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose one at least."},
    )
    days = forms.TypedChoiceField(label="How long?", choices=LIVES, coerce=int, initial=90)
