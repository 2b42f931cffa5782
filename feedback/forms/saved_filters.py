from django import forms

from feedback.models import SavedFilter
from feedback.permissions import can_share_filters


class SavedFilterForm(forms.ModelForm):
    """Name of a filter and what it is for; sharing is offered to those who may."""

    class Meta:
        model = SavedFilter
        fields = ["name", "is_default", "is_shared"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        if not can_share_filters(user):
            del self.fields["is_shared"]

    def clean_name(self):
        name = self.cleaned_data["name"]
        namesakes = SavedFilter.objects.filter(owner=self.instance.owner, name__iexact=name)
        if namesakes.for_list(self.instance.list).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("You have a filter of this name here.")
        return name
