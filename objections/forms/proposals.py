from django import forms

from feedback.forms.fields import CodedField
from feedback.models import Category
from objections.forms.themes import free_name

STEPS = (90, 80, 70, 60, 50)  # percent
LEAST_SURE = STEPS[-1] / 100


class ProposalForm(forms.Form):
    """What a curator may change before accepting. Only new themes and splits have a name and a category."""

    name = forms.CharField(label="Name", max_length=120)
    category = CodedField(label="Category", queryset=Category.objects.none(), empty_label=None)

    def __init__(self, *args, choices, **kwargs):
        """`choices`: what `category_choices` gave, read once for all the forms of a page."""
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.filter(pk__in=[pk for pk, _ in choices])
        self.fields["category"].choices = choices

    def clean_name(self):
        return free_name(self.cleaned_data["name"])


class RenameForm(forms.Form):
    """The name a theme would get; its own of now is free to it."""

    name = forms.CharField(label="New name", max_length=120)

    def __init__(self, *args, theme, **kwargs):
        super().__init__(*args, **kwargs)
        self.theme = theme

    def clean_name(self):
        return free_name(self.cleaned_data["name"], besides=self.theme)


class AcceptManyForm(forms.Form):
    """How sure proposals must be to be accepted together; each choice says how many that would be."""

    above = forms.TypedChoiceField(label="Accept those that are at least", coerce=int, widget=forms.RadioSelect)
    build = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, build, proposals, **kwargs):
        """`proposals` are the open ones that are sure enough to be offered, surest first; `build` the last there is."""
        super().__init__(*args, **kwargs)
        self.last, self.proposals = build, proposals
        counts = [(step, len(self._as_sure_as(step))) for step in STEPS]
        self.fields["above"].choices = [(step, f"{step}\u00a0% sure: {many}") for step, many in counts if many]
        self.fields["above"].widget.attrs["class"] = "chips"
        self.initial |= {"build": build and build.pk, "above": next((step for step, many in counts if many), None)}

    def clean(self):
        """What somebody chose from is what is accepted, not what a build since has put in its place."""
        if self.last is None or self.cleaned_data.get("build") != self.last.pk:
            raise forms.ValidationError("The themes were built again meanwhile. Look through these proposals first.")
        return self.cleaned_data

    def chosen(self):
        return self._as_sure_as(self.cleaned_data["above"])

    def _as_sure_as(self, percent):
        return [proposal for proposal in self.proposals if proposal.confidence >= percent / 100]
