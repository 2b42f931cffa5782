from django import forms

from objections.forms.objections import deal_called, deal_label, finds_deals


class JoinForm(forms.Form):
    """Which deal waits for it too, and what was heard there."""

    deal = forms.CharField(
        label="Which deal waits for it?",
        required=False,
        max_length=300,
        help_text="Start typing an account or deal; leave empty when it is none in particular.",
    )
    words = forms.CharField(
        label="What did they say there?",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Logged as an objection of yours. Read by everybody here, without your name for marketing and other "
        "reps.",
    )
    said_before = forms.BooleanField(label="They said the same as others did", required=False)

    def __init__(self, *args, user, deal=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["deal"].widget.attrs.update(finds_deals())
        if deal:
            self.fields["deal"].initial = deal_label(deal)

    def clean_deal(self):
        return deal_called(self.cleaned_data["deal"].strip(), self.user)

    def clean(self):
        data = super().clean()
        if data.get("said_before") and not data.get("deal") and "deal" not in self.errors:
            self.add_error("deal", "Say on which deal they said the same.")
        return data
