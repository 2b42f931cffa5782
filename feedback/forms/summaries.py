from django import forms

from feedback.forms.fields import RowsField
from feedback.models import Pack, User


class SendForm(forms.Form):
    """Other people with an account who have not had the summary of this closing."""

    people = RowsField(
        label="Send it to",
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "picklist"}),
        error_messages={"required": "Choose at least one person."},
    )

    def __init__(self, *args, pack: Pack, **kwargs):
        super().__init__(*args, **kwargs)
        reached = User.objects.filter(is_active=True).exclude(email="")
        self.fields["people"].queryset = reached.exclude(summary_mails__pack=pack).order_by("name", "username")
