from datetime import timedelta

from django import forms
from django.core.validators import URLValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.html import escape

from feedback.forms.fields import DayField, NameField, RowsField, offer_people
from feedback.models import Competitor, Opportunity, Segment, User
from feedback.uploads import RefusedUpload
from objections.files import ACCEPTED, KINDS, MAX_BYTES, FileRefused, kind_of
from objections.forms.content import PickList, ThemesField
from objections.forms.fields import NamesField
from objections.models import Collateral, CollateralStage, Theme, Usage, Version
from objections.models.content import ContentType
from objections.permissions import can_publish

REVIEW_AFTER = timedelta(days=182)
RECENTLY_CLOSED = timedelta(days=90)
STAGES_SHOWN = 20


def who_may_own(piece):
    """Those who publish, and who owns it now."""
    may = [user.pk for user in User.objects.filter(is_active=True) if can_publish(user)]
    return User.objects.filter(Q(pk__in=may) | Q(pk=piece.owner_id))


def known_stages():
    """Those that collateral is for or open deals are at, which people write alike when they see them."""
    held = CollateralStage.objects.exclude(collateral=None).values_list("name", flat=True).distinct()
    reached = Opportunity.objects.open().exclude(stage="").order_by().values_list("stage", flat=True).distinct()
    return sorted({*held, *reached}, key=str.casefold)[:STAGES_SHOWN]


class CollateralForm(forms.ModelForm):
    themes = ThemesField()
    stages = NamesField(
        label="Stages it is for",
        longest=CollateralStage._meta.get_field("name").max_length,
        widget=forms.TextInput(attrs={"list": "stages-known"}),
    )
    competitor_name = NameField(Competitor, label="Against which competitor?")
    segments = RowsField(
        label="Segments it is for",
        queryset=Segment.objects.all(),
        required=False,
        widget=PickList,
        help_text="None: for everybody.",
    )

    class Meta:
        model = Collateral
        fields = ["title", "type", "summary", "themes", "segments", "owner", "review_by"]
        labels = {"summary": "When to use it", "review_by": "Review by"}
        help_texts = {"review_by": "By when somebody checks that it still holds."}
        field_classes = {"review_by": DayField}
        widgets = {"summary": forms.Textarea(attrs={"rows": 3})}

    field_order = ["title", "type", "summary", "themes", "stages", "competitor_name", "segments", "owner", "review_by"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [("", "Choose a type"), *ContentType.choices]
        own = [theme.pk for theme in self.instance.themes.all()] if self.instance.pk else []
        self.fields["themes"].queryset = Theme.objects.filter(Q(state="active") | Q(pk__in=own))
        self.fields["themes"].error_messages["required"] = "Choose at least one theme it answers."
        self.known_stages = known_stages()
        told = f" In use: {', '.join(self.known_stages)}." if self.known_stages else ""
        self.fields["stages"].help_text = f"With commas between them. None: for any stage.{escape(told)}"
        if self.instance.pk:
            self.initial["stages"] = [stage.name for stage in self.instance.stages.all()]
            self.fields["competitor_name"].initial = str(self.instance.competitor or "")
            offer_people(self.fields["owner"], who_may_own(self.instance))
            self.fields["owner"].required, self.fields["owner"].empty_label = False, None
        else:
            del self.fields["owner"]
            self.fields["review_by"].initial = timezone.localdate() + REVIEW_AFTER

    def clean_owner(self):
        return self.cleaned_data["owner"] or self.instance.owner

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
        if isinstance(file, RefusedUpload) and file.size <= MAX_BYTES:  # else it is said what to do with a large one
            raise forms.ValidationError(file.why)
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


def deals_to_note(user):
    """One's own deals that are open or closed lately, on which one can have used something; open ones first."""
    since = timezone.localdate() - RECENTLY_CLOSED
    deals = Opportunity.objects.visible_to(user).filter(owner=user)
    return deals.filter(Q(outcome="open") | Q(closed_on__gte=since)).select_related("account").open_first()


class UsageForm(forms.Form):
    """`I used this on …`: one's own open deals, and those closed lately."""

    opportunity = forms.ModelChoiceField(
        label="I used this on",
        queryset=Opportunity.objects.none(),
        empty_label="Choose a deal",
        error_messages={"required": "Choose the deal you used it on."},
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
        self.deals = deals_to_note(user)
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
