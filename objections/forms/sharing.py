from datetime import timedelta

from django import forms

from feedback.models import Opportunity
from objections.forms.collateral import deals_to_note
from objections.models.sharing import WORKS_FOR
from objections.permissions import can_record_usage

LIVES = [(7, "7 days"), (30, "30 days"), (90, "90 days")]


class ShareForm(forms.Form):
    """A link in one tap: for no deal or one of one's own, and for how long."""

    opportunity = forms.ModelChoiceField(
        label="For which deal?",
        queryset=Opportunity.objects.none(),
        required=False,
        empty_label="No deal",
        help_text="It is then noted that you used it there.",
    )
    works_for = forms.TypedChoiceField(
        label="It works for", choices=LIVES, coerce=int, required=False, empty_value=WORKS_FOR.days
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, auto_id="share_%s", initial={"works_for": WORKS_FOR.days}, **kwargs)
        if can_record_usage(user):
            self.fields["opportunity"].queryset = deals_to_note(user)
        else:
            del self.fields["opportunity"]

    def clean_works_for(self):
        return timedelta(days=self.cleaned_data["works_for"])
