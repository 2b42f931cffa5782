from django import forms

from feedback.models import Endpoint
from feedback.webhooks.addresses import LONGEST, AddressRefused, parts_of
from feedback.webhooks.events import all_events


class EndpointForm(forms.ModelForm):
    url = forms.CharField(
        label="Address",
        max_length=LONGEST,
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
        help_text="As Slack, Teams or your program gave it. Whoever knows it may be able to post there, so it is kept "
        "sealed and never shown again.",
    )
    events = forms.MultipleChoiceField(label="Tell it when", widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Endpoint
        fields = ["name", "format", "url", "events", "is_active"]
        labels = {"format": "Said as", "is_active": "Switched on"}
        widgets = {"format": forms.RadioSelect(attrs={"class": "chips"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["events"].choices = [(event.key, event.title) for event in all_events()]
        if self.instance.pk:
            url = self.fields["url"]
            url.required = False
            url.help_text = f"Leave it empty to keep the one it has, at {self.instance.host}."

    def clean_url(self):
        url = self.cleaned_data["url"].strip()
        if url:
            try:
                parts_of(url)
            except AddressRefused as refused:
                raise forms.ValidationError(str(refused)) from refused
        return url
