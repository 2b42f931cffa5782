from django import forms

from objections.models import ChecklistItem


class ItemForm(forms.ModelForm):
    class Meta:
        model = ChecklistItem
        fields = ["text"]
        labels = {"text": "What else is to be done?"}
        error_messages = {"text": {"required": "Say what is to be done."}}


class TickForm(forms.Form):
    """`done` on or off."""

    done = forms.BooleanField(required=False)
