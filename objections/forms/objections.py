from uuid import uuid4

from django import forms
from django.urls import reverse
from django.utils import timezone

from feedback.forms.fields import DayField, NameField, is_number, take_whole
from feedback.models import Competitor, Opportunity, User
from objections.forms.fields import ThemesField
from objections.forms.themes import ThemeChoice
from objections.models import Objection, Theme
from objections.models.objections import Weight

ROLES = ["Economic buyer", "Champion", "User", "IT or security", "Purchasing", "Legal", "Executive"]


# Asks what fits while words are typed; by POST, so that they stand in no address and no log.
SUGGESTS = {
    "hx-trigger": "input changed delay:250ms, suggest",
    "hx-target": "#suggested",
    "hx-swap": "innerHTML",
    "hx-sync": "this:replace",
    "hx-params": "text",
    "data-suggests": "suggested",
}


class VoiceForm(forms.ModelForm):
    """Words, or a theme they are the same as: one of the two says what was heard.

    `same` is the theme chosen among those suggested while the words were typed, `guesses` are these, best first.
    """

    same_as = forms.ModelChoiceField(
        label="Or the same as a theme we know",
        queryset=Theme.objects.none(),
        required=False,
        empty_label="No, it is new",
    )
    same = forms.ModelChoiceField(
        queryset=Theme.objects.none(),
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "That theme was merged or retired meanwhile. Log it, and it finds another."},
    )
    guesses = ThemesField(required=False)
    client_id = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["same_as"].queryset = Theme.objects.active().heard()
        self.fields["same"].queryset = Theme.objects.active()
        self.fields["weight"].choices = Weight.choices
        take_whole(self, "text")
        if self.instance.pk is None:
            self.fields["text"].widget.attrs |= {"hx-post": reverse("objections:objection_suggest"), **SUGGESTS}

    def clean(self):
        data = super().clean()
        words, same_as = data.get("text", "").strip(), data.get("same") or data.get("same_as")
        data["same_as"] = same_as
        if not words and not same_as and not self.instance.is_same and "text" not in self.errors:
            self.add_error("text", "Say what they said, or choose a theme it is the same as.")
        if self.instance.pk is None:
            self.instance.client_id = data.get("client_id")  # the form sent once more makes no second voice
        self.instance.is_same = self.instance.is_same or (bool(same_as) and not words)
        return data


class ObjectionForm(VoiceForm):
    """An objection in full; with no deal chosen it belongs to none."""

    deal = forms.CharField(
        label="Which deal?",
        required=False,
        max_length=300,
        help_text="Start typing an account or deal; leave empty when it belongs to none.",
    )
    competitor_name = NameField(Competitor, label="Competitor named")

    class Meta:
        model = Objection
        fields = [
            "text",
            "is_quote",
            "weight",
            "kind",
            "raised_by",
            "stage",
            "product",
            "answer_used",
            "ending",
            "heard_on",
        ]
        field_classes = {"heard_on": DayField}
        widgets = {
            "text": forms.Textarea(attrs={"rows": 3, "placeholder": "In their words, as you would tell a colleague"}),
            "weight": forms.RadioSelect,
            "raised_by": forms.TextInput(attrs={"list": "buyer-roles"}),
        }

    field_order = ["text", "same_as", "deal", "is_quote", "weight", "kind"]

    def __init__(self, *args, user, opportunity=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["deal"].widget.attrs.update(finds_deals())
        self.fields["heard_on"].initial = timezone.localdate
        self.fields["text"].widget.attrs["autofocus"] = self.instance.pk is None
        if self.instance.pk:
            for name in ("same_as", "same", "guesses"):
                del self.fields[name]
            self.fields["competitor_name"].initial = str(self.instance.competitor or "")
            opportunity = self.instance.opportunity
        if opportunity:
            self.fields["deal"].initial = deal_label(opportunity)

    def clean_deal(self):
        return deal_called(self.cleaned_data["deal"].strip(), self.user)

    def clean_heard_on(self):
        day = self.cleaned_data["heard_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("This day is still to come.")
        return day

    def save(self, commit=True):
        self.instance.competitor = self.fields["competitor_name"].row(self.cleaned_data["competitor_name"])
        self.instance.opportunity = self.cleaned_data["deal"]
        return super().save(commit=commit)


class HeardForm(VoiceForm):
    """An objection on the deal in view: the few fields that take seconds."""

    class Meta:
        model = Objection
        fields = ["text", "is_quote", "weight", "raised_by"]
        widgets = {
            "text": forms.Textarea(
                attrs={"rows": 2, "placeholder": "In their words; one objection at a time", "data-key-press": "o"}
            ),
            "weight": forms.RadioSelect,
            "raised_by": forms.TextInput(attrs={"list": "buyer-roles"}),
        }
        labels = {"text": "What did they say?"}


class SameForm(forms.Form):
    """The theme an objection is the same as, and those that were suggested with it, best first."""

    theme = ThemeChoice()
    guesses = ThemesField(required=False)


def finds_deals() -> dict[str, str]:
    """What makes a text field find deals as one types; its page holds `<datalist id="deals-found">`."""
    return {
        "list": "deals-found",
        "autocomplete": "off",
        "hx-get": reverse("objections:objection_deals"),
        "hx-trigger": "input changed delay:150ms",
        "hx-target": "#deals-found",
        "hx-sync": "this:replace",
    }


def deal_called(label: str, user: User) -> Opportunity | None:
    """The deal that was typed, None for nothing. Raises ValidationError when none or several may be meant."""
    if not label:
        return None
    deals = Opportunity.objects.visible_to(user)
    number = label.rsplit("#", 1)[-1]
    if "#" in label and is_number(number) and (deal := deals.filter(pk=number).first()):
        return deal
    found = list(deals.matching(label)[:2])
    if not found:
        raise forms.ValidationError("No deal has this name. Choose one from the list, or leave it empty.")
    if len(found) > 1:
        raise forms.ValidationError("Several deals fit. Choose one from the list.")
    return found[0]


def deal_label(opportunity: Opportunity) -> str:
    """How a deal is named in a field one can type into; the number makes it certain."""
    return f"{opportunity} #{opportunity.pk}"
