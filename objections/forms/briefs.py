from django import forms

from objections.actions.briefs import brief_version
from objections.models import ContentRequest


class BriefForm(forms.ModelForm):
    """The brief as a document; `seen` names the wording that was shown when writing began."""

    seen = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)

    class Meta:
        model = ContentRequest
        fields = ["brief"]
        labels = {"brief": "Brief"}
        help_texts = {"brief": "What should it say, to whom, at which moment? Everybody who signs in can read it."}
        widgets = {"brief": forms.Textarea(attrs={"rows": 24})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = brief_version(self.instance.brief)

    def clean_brief(self):
        return with_plain_ends(self.cleaned_data["brief"])


def with_plain_ends(text: str) -> str:
    """Lines ended as they are kept; browsers send them with two characters."""
    return text.replace("\r\n", "\n")
