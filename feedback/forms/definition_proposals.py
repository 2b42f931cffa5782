from django import forms

from feedback.models import DefinitionProposal


class ProposalForm(forms.ModelForm):
    class Meta:
        model = DefinitionProposal
        fields = ["text", "formula", "why"]
        labels = {"text": "The new wording", "why": "Why should it change?"}
        widgets = {"text": forms.Textarea(attrs={"rows": 6}), "formula": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args, definition, **kwargs):
        super().__init__(*args, **kwargs)
        self.definition = definition

    def clean(self):
        data = super().clean()
        held = self.definition
        if "text" in data and (_words(data["text"]), _words(data.get("formula", ""))) == (
            _words(held.text),
            _words(held.formula),
        ):
            self.add_error("text", "This is the wording it has. Change it, or leave it.")
        return data


def _words(text):
    return text.split()


class LeaveForm(forms.ModelForm):
    answer = forms.CharField(label="Why does it stay as it is?", max_length=500)

    class Meta:
        model = DefinitionProposal
        fields = ["answer"]
