from django import forms

from objections.models.reason_checks import CheckAnswer


class ReasonCheckForm(forms.Form):
    answer = forms.ChoiceField(choices=CheckAnswer)
    chosen = forms.IntegerField(required=False)
    heard = forms.IntegerField(required=False)
