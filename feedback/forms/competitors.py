from django import forms

from feedback.models import Competitor
from feedback.names import match_key


class NameForm(forms.Form):
    """A name for a competitor, or another one it goes by."""

    name = forms.CharField(max_length=200)

    def clean_name(self):
        name = self.cleaned_data["name"]
        if not match_key(name):
            raise forms.ValidationError("Give a name.")
        return name


class RenameForm(NameForm):
    keep = forms.BooleanField(
        label="Keep the old name as an alias",
        help_text="Whoever types it, and every import that names it, still finds this competitor.",
        initial=True,
        required=False,
    )


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(
        label="Merge it into", queryset=Competitor.objects.none(), empty_label="Choose a competitor"
    )

    def __init__(self, *args, competitor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = Competitor.objects.themselves().exclude(pk=competitor.pk)
