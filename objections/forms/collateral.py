from datetime import timedelta

from django import forms
from django.core.validators import URLValidator
from django.db.models import Q
from django.utils import timezone

from feedback.forms.fields import DayField, NameField
from feedback.models import Competitor, Opportunity
from objections.files import ACCEPTED, KINDS, FileRefused, kind_of
from objections.forms.content import ThemesField
from objections.models import Collateral, Theme, Usage, Version
from objections.models.content import ContentType

REVIEW_AFTER = timedelta(days=182)
RECENTLY_CLOSED = timedelta(days=90)


class CollateralForm(forms.ModelForm):
    themes = ThemesField()
    competitor_name = NameField(Competitor, label="Against which competitor?")

    class Meta:
        model = Collateral
        fields = ["title", "type", "summary", "themes", "stage", "review_by"]
        labels = {"summary": "When to use it", "stage": "Stage it is for", "review_by": "Review by"}
        help_texts = {"review_by": "By when somebody checks that it still holds."}
        field_classes = {"review_by": DayField}
        widgets = {"summary": forms.Textarea(attrs={"rows": 3})}

    field_order = ["title", "type", "summary", "themes", "stage", "competitor_name", "review_by"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [("", "Choose a type"), *ContentType.choices]
        own = [theme.pk for theme in self.instance.themes.all()] if self.instance.pk else []
        self.fields["themes"].queryset = Theme.objects.filter(Q(state="active") | Q(pk__in=own))
        self.fields["themes"].error_messages["required"] = "Choose at least one theme it answers."
        if self.instance.pk:
            self.fields["competitor_name"].initial = str(self.instance.competitor or "")
        else:
            self.fields["review_by"].initial = timezone.localdate() + REVIEW_AFTER

    def save(self, commit=True):
        self.instance.competitor = self.fields["competitor_name"].row(self.cleaned_data["competitor_name"])
        return super().save(commit=commit)


class VersionForm(forms.Form):
    """A file or a link, exactly one. `kind` says what the checked file is."""

    file = forms.FileField(
        required=False,
        help_text=f"Up to 20 MB: {ACCEPTED}.",
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(KINDS)}),
    )
    link = forms.URLField(
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="Or where it lives, like https://…",
        validators=[
            URLValidator(schemes=["http", "https"], message="Give a link that begins with http:// or https://.")
        ],
    )
    note = forms.CharField(label="What changed?", max_length=300, required=False)

    kind = None

    def __init__(self, *args, may_wait=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.may_wait = may_wait
        if may_wait:
            del self.fields["note"]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if not file:
            return None
        if len(file.name) > Version._meta.get_field("file_name").max_length:
            raise forms.ValidationError("The file's name is too long. Give it a shorter one.")
        try:
            self.kind = kind_of(file, file.name, file.size)
        except FileRefused as refused:
            raise forms.ValidationError(str(refused)) from refused
        return file

    def clean(self):
        data = super().clean()
        file, link = data.get("file"), data.get("link")
        if file and link:
            self.add_error("link", "Give a file or a link, not both.")
        if not file and not link and not self.errors and not self.may_wait:
            self.add_error("file", "Give a file or a link.")
        return data


class UsageForm(forms.Form):
    """`I used this on …`: one's own open deals, and those closed lately."""

    opportunity = forms.ModelChoiceField(
        label="I used this on", queryset=Opportunity.objects.none(), empty_label="Choose a deal"
    )
    helped = forms.ChoiceField(
        label="Did it help?",
        choices=Usage._meta.get_field("helped").choices,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "chips"}),
    )

    why = forms.CharField(label="Why?", required=False, max_length=200, help_text="A word is enough.")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        since = timezone.localdate() - RECENTLY_CLOSED
        deals = Opportunity.objects.visible_to(user).filter(owner=user)
        deals = deals.filter(Q(outcome="open") | Q(closed_on__gte=since))
        self.deals = deals.select_related("account").open_first()
        self.fields["opportunity"].queryset = self.deals


class HelpedForm(forms.ModelForm):
    """`Did it help?`"""

    class Meta:
        model = Usage
        fields = ["helped", "why"]
        labels = {"helped": "Did it help?", "why": "Why?"}
        help_texts = {"why": "A word is enough. Read by everybody here, without your name in meeting packs."}
        widgets = {"helped": forms.RadioSelect(attrs={"class": "chips"})}
        error_messages = {"helped": {"required": "Choose yes, partly or no."}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["helped"].required = True
        self.fields["helped"].choices = Usage._meta.get_field("helped").choices
