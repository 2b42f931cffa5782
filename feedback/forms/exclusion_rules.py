from django import forms

from feedback.forms.fields import DayField
from feedback.models import ExclusionRule, Opportunity

SET = [name for name in ExclusionRule.CONDITIONS if name != "closed_from"]


class ExclusionRuleForm(forms.ModelForm):
    class Meta:
        model = ExclusionRule
        fields = ["reason", *ExclusionRule.CONDITIONS, "reminders_only"]
        labels = {
            **ExclusionRule.CONDITIONS,
            "reason": "Why is no review due?",
            "reminders_only": "Only leave them out of reminders",
        }
        help_texts = {
            "reason": "Shown on every deal it leaves out.",
            "source": "Choose one or more conditions; a deal must meet all of them.",
            "amount_below": "In the company’s currency. Deals without an amount are not left out by this.",
            "closed_from": "The day it is active from: figures of deals closed before stay as they are. Empty: all.",
        }
        field_classes = {"closed_from": DayField, "closed_before": DayField}

    amount_below = forms.DecimalField(min_value=0, max_digits=14, decimal_places=2, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("source", "product", "segment", "team"):
            self.fields[name].empty_label = "Any"
        for name in ("stage", "lead_source"):
            label, old = self.fields[name].label, getattr(self.instance, name)
            found = Opportunity.objects.lost().order_by(name).values_list(name, flat=True).distinct()
            choices = [("", "Any"), *((value, value) for value in sorted({*found, old} - {""}))]
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)
        self.fields["amount_below"].label = ExclusionRule.CONDITIONS["amount_below"]
        self.fields["amount_below"].help_text = self._meta.help_texts["amount_below"]

    def clean(self):
        data = super().clean()
        if not self.errors and all(data.get(name) in (None, "") for name in SET):
            raise forms.ValidationError("Choose at least one condition, else it would leave out every lost deal.")
        first, last = data.get("closed_from"), data.get("closed_before")
        if first and last and first >= last:
            self.add_error("closed_before", "No deal closes from that day on and before this one.")
        return data
