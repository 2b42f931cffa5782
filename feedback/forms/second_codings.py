from django import forms

from feedback.forms.fields import CodedField
from feedback.models import Review


class SecondCodingForm(forms.Form):
    """The two axes of a loss, with the lists that the review was coded with; nothing of its own answers is in it."""

    destination = CodedField(
        queryset=None,
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose where the money went. “Unknown” is fine."},
    )
    reason = CodedField(
        queryset=None,
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one reason. “Unknown” is fine."},
    )

    def __init__(self, *args, review: Review, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["destination"].queryset = review.taxonomy.destinations.in_use()
        self.fields["reason"].queryset = review.taxonomy.reasons.in_use().top_level()
