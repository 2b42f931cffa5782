from django import forms

from feedback.models import DigestChoice
from feedback.models.digests import MONDAY

WEEKDAYS = list(zip("0123456", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))


class DigestForm(forms.ModelForm):
    is_on = forms.BooleanField(label="Send me a digest", required=False)
    weekdays = forms.MultipleChoiceField(
        label="On",
        choices=WEEKDAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "chips"}),
    )
    hour = forms.TypedChoiceField(label="At", coerce=int, choices=[(hour, f"{hour:02}:00") for hour in range(24)])

    class Meta:
        model = DigestChoice
        fields = ["is_on", "weekdays", "hour"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["weekdays"] = list(self.instance.weekdays)

    def clean(self):
        """Switched off without a day, it keeps a day for when it is switched on again."""
        data = super().clean()
        if "weekdays" in data and not data["weekdays"]:
            if data.get("is_on"):
                self.add_error("weekdays", "Choose at least one day, or switch the digest off.")
            else:
                data["weekdays"] = [MONDAY]
        return data

    def clean_weekdays(self):
        return sorted(self.cleaned_data["weekdays"])

    def _post_clean(self):
        if "weekdays" in self.cleaned_data:
            self.cleaned_data["weekdays"] = "".join(self.cleaned_data["weekdays"])
        super()._post_clean()
