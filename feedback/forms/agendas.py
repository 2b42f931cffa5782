from django import forms

from feedback.forms.meetings import StoodOnMixin
from feedback.models import AgendaSection
from feedback.models.agendas import LONGEST


class MinutesForm(StoodOnMixin, forms.ModelForm):
    class Meta:
        model = AgendaSection
        fields = ["minutes"]
        widgets = {"minutes": forms.NumberInput(attrs={"min": 1, "max": LONGEST, "inputmode": "numeric"})}


class OwnSectionForm(StoodOnMixin, forms.ModelForm):
    """A section that a meeting adds to those of the portal."""

    class Meta(MinutesForm.Meta):
        fields = ["title", "prompt", "minutes"]
        labels = {"prompt": "What do we talk about?"}
        widgets = {"prompt": forms.Textarea(attrs={"rows": 3}), **MinutesForm.Meta.widgets}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].required = True
