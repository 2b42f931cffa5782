from datetime import timedelta

from django import forms
from django.db.models import Q
from django.utils import timezone

from feedback.forms.fields import DayField, NameField
from feedback.models import Account, Company, Opportunity, User
from feedback.models.opportunities import Outcome


class OpportunityForm(forms.ModelForm):
    account_name = NameField(Account, label="Account", help_text="A new name makes a new account.")

    amount = forms.DecimalField(
        min_value=0, max_digits=14, decimal_places=2, required=False, help_text="Leave empty when it is not known."
    )

    class Meta:
        model = Opportunity
        fields = [
            "name",
            "outcome",
            "stage",
            "amount",
            "currency",
            "product",
            "owner",
            "lead_source",
            "created_on",
            "closed_on",
        ]
        labels = {"name": "Deal", "created_on": "Created on", "closed_on": "Closed on", "lead_source": "Lead source"}
        help_texts = {"closed_on": "Needed for won and lost deals."}
        field_classes = {"created_on": DayField, "closed_on": DayField}

    field_order = ["name", "account_name"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        owner = self.instance.owner_id
        self.fields["owner"].queryset = User.objects.filter(Q(is_active=True) | Q(pk=owner))
        self.fields["currency"].initial = Company.current().currency
        if self.instance.account:
            self.fields["account_name"].initial = self.instance.account.name

    def clean_currency(self):
        code = self.cleaned_data["currency"].upper()
        if len(code) != 3 or not code.isascii() or not code.isalpha():
            raise forms.ValidationError("Give the three letters of the currency, like EUR.")
        return code

    def clean(self):
        data = super().clean()
        outcome, created, closed = data.get("outcome"), data.get("created_on"), data.get("closed_on")
        if outcome in (Outcome.WON, Outcome.LOST) and not closed:
            self.add_error("closed_on", "Say on which day the deal was closed.")
        if outcome == Outcome.OPEN and closed:
            self.add_error("closed_on", "An open deal has no closing day. Clear it, or choose won or lost.")
        if closed and closed > timezone.localdate():
            self.add_error("closed_on", "This day is still to come.")
        if created and closed and closed < created:
            self.add_error("closed_on", "This is before the deal was created.")
        return data

    @property
    def changed_columns(self):
        """Fields of the deal that the form changes."""
        return ["account" if name == "account_name" else name for name in self.changed_data]

    def save(self, commit=True):
        self.instance.account = self.fields["account_name"].row(self.cleaned_data["account_name"])
        return super().save(commit=commit)


LONGEST_SNOOZE = timedelta(days=30)


class SnoozeForm(forms.Form):
    until = DayField(label="Remind me again on", help_text="At most 30 days from now.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        ends = {"min": today + timedelta(days=1), "max": today + LONGEST_SNOOZE}
        self.fields["until"].widget.attrs |= {name: day.isoformat() for name, day in ends.items()}

    def clean_until(self):
        until, today = self.cleaned_data["until"], timezone.localdate()
        if until <= today:
            raise forms.ValidationError("Choose a day that is still to come.")
        if until > today + LONGEST_SNOOZE:
            raise forms.ValidationError("Choose a day within the next 30 days. It can be put off again then.")
        return until


def snooze_days(today):
    """What is offered at a touch: (words, day)."""
    monday = today + timedelta(days=7 - today.weekday())
    tomorrow, later = today + timedelta(days=1), today + timedelta(days=14)
    offered = [("Tomorrow", tomorrow), ("Next Monday", monday), ("In two weeks", later)]
    return offered[1:] if monday == tomorrow else offered


class ReassignForm(forms.Form):
    to = forms.ModelChoiceField(label="Hand the review to", queryset=User.objects.filter(is_active=True))


class ExclusionForm(forms.Form):
    reason = forms.CharField(label="Why is no review due?", max_length=300)
    reminders_only = forms.BooleanField(label="Only leave it out of reminders", required=False)
