"""One small form for each question of a review; each saves by itself."""

from django import forms
from django.utils import timezone

from feedback.actions.reviews import MOST_CONTRIBUTING
from feedback.crossed import version_of
from feedback.forms.fields import CodedField, NameField, RowsField, take_whole
from feedback.models import Competitor, Reason, Review
from feedback.models.reviews import Evidence


class MonthField(forms.DateField):
    """A month as `2027-04`, kept as its first day."""

    widget = forms.DateInput(format="%Y-%m", attrs={"type": "month"})
    input_formats = ["%Y-%m"]
    default_error_messages = {"invalid": "Give a month like 2027-04."}


class QuestionForm(forms.ModelForm):
    """One question: `columns` and `lists` of the review are its answers."""

    question = ""
    columns: list[str] = []
    lists: list[str] = []

    @property
    def kept(self) -> dict:
        """What was typed into fields that the answers given hide, for a form that takes the place of this one."""
        return {}

    @property
    def seen(self):
        """The version of the answers that whoever fills it in has before their eyes."""
        return self.data.get("seen", "") if self.is_bound else version_of(self)


def _words(rows):
    """A field that belongs to the form by which the review is handed in, and that a key leads to."""
    named = {"form": "hand-in", "data-key-press": "p", "placeholder": "One line is plenty"}
    return forms.Textarea(attrs={"rows": rows} | named)


class DestinationForm(QuestionForm):
    question = "destination"
    columns = ["destination", "competitor"]
    lists = ["competitors_met"]
    competitor_name = NameField(Competitor, label="Who won?", help_text="Leave empty when you do not know.")
    also_met = NameField(
        Competitor, label="Who else was in it?", max_length=400, help_text="Names with commas between them."
    )

    class Meta:
        model = Review
        fields = ["destination"]
        field_classes = {"destination": CodedField}
        widgets = {"destination": forms.RadioSelect}
        error_messages = {"destination": {"required": "Choose where the money went. “Unknown” is fine."}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["destination"]
        field.required = True
        field.empty_label = None
        field.queryset = self.instance.taxonomy.destinations.in_use()
        if self.instance.pk:
            self.fields["competitor_name"].initial = str(self.instance.competitor or "")
            self.fields["also_met"].initial = ", ".join(c.name for c in self.instance.competitors_met.all())

    @property
    def lost_to_one(self):
        """Whether the destination as it stands in the form is a competitor, so that the page asks which."""
        value = str(self["destination"].value())
        return any(str(d.pk) == value and d.code == d.COMPETITOR for d in self.fields["destination"].queryset)

    @property
    def kept(self):
        return {} if self.lost_to_one else {name: self.data.get(name, "") for name in ("competitor_name", "also_met")}

    def clean(self):
        data = super().clean()
        chosen = data.get("destination")
        if chosen and chosen.code != chosen.COMPETITOR:
            data["competitor_name"] = data["also_met"] = ""
        return data

    def save(self, commit=True):
        self.instance.competitor = self.fields["competitor_name"].row(self.cleaned_data["competitor_name"])
        return super().save(commit=commit)

    def _save_m2m(self):
        met = [self.fields["also_met"].row(name) for name in self.cleaned_data["also_met"].split(",")]
        self.instance.competitors_met.set([row for row in met if row])


class ReasonForm(QuestionForm):
    question = "reason"
    columns = [
        "reason",
        "detail",
        "other_reason",
        "evidence",
        "reengage_on",
        "outside_icp",
        "objection_unhandled",
        "message_missed",
    ]
    lists = ["contributing"]
    FLAGS = {"outside_icp": "x", "objection_unhandled": "c", "message_missed": "v"}  # with the key of each
    evidence = forms.ChoiceField(label="How do we know?", choices=Evidence, required=False, widget=forms.RadioSelect)
    reengage_on = MonthField(label="When shall we ask again?", required=False)

    class Meta:
        model = Review
        fields = [
            "reason",
            "detail",
            "other_reason",
            "contributing",
            "evidence",
            "reengage_on",
            "outside_icp",
            "objection_unhandled",
            "message_missed",
        ]
        labels = {"other_reason": "What was it?", "contributing": "What else mattered?", "detail": "More exactly"}
        field_classes = {"reason": CodedField, "detail": CodedField, "contributing": RowsField}
        widgets = {
            "reason": forms.RadioSelect,
            "detail": forms.RadioSelect,
            "contributing": forms.CheckboxSelectMultiple,
        }
        error_messages = {"reason": {"required": "Choose one reason. “Unknown” is fine."}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        reasons = self.instance.taxonomy.reasons.in_use()
        self.fields["reason"].required = True
        self.fields["reason"].empty_label = None
        self.fields["reason"].queryset = reasons.top_level()
        self.fields["contributing"].queryset = reasons.top_level().exclude(code=Reason.UNKNOWN)
        self.fields["detail"].empty_label = None
        self.fields["detail"].queryset = reasons.filter(parent__isnull=False)
        for name, key in self.FLAGS.items():
            self.fields[name].widget.attrs["data-key-press"] = key

    @property
    def chosen_reason(self):
        """The reason as it stands in the form: what was just picked, else what is saved."""
        value = self["reason"].value()
        return next((r for r in self.fields["reason"].queryset if str(r.pk) == str(value)), None)

    @property
    def details(self):
        """The second level of the chosen reason, for the page to show."""
        reason = self.chosen_reason
        return [d for d in self.fields["detail"].queryset if reason and d.parent_id == reason.pk]

    @property
    def asks_month(self):
        return bool(self.chosen_reason and self.chosen_reason.code in Reason.ASK_MONTH)

    @property
    def asks_text(self):
        return bool(self.chosen_reason and self.chosen_reason.code == Reason.OTHER)

    @property
    def flags(self):
        return [self[name] for name in self.FLAGS]

    def clean_contributing(self):
        chosen = self.cleaned_data["contributing"]
        if len(chosen) > MOST_CONTRIBUTING:
            raise forms.ValidationError("Two at the most: keep the ones that mattered.")
        return chosen

    def clean_reengage_on(self):
        month = self.cleaned_data["reengage_on"]
        if month and month < timezone.localdate().replace(day=1):
            raise forms.ValidationError("This month is over. Give one to come.")
        return month

    def clean(self):
        data = super().clean()
        reason, detail = data.get("reason"), data.get("detail")
        if reason is None:
            return data
        if detail and detail.parent_id != reason.pk:
            data["detail"] = None  # it belonged to the reason chosen before
        if reason.code not in Reason.ASK_MONTH:
            data["reengage_on"] = None
        if reason.code != Reason.OTHER:
            data["other_reason"] = ""
        if "contributing" in data:
            data["contributing"] = [r for r in data["contributing"] if r != reason]
        return data


class WordsForm(QuestionForm):
    """A question answered in free words."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        take_whole(self, *self.columns)


class ChangeForm(WordsForm):
    question = "change"
    columns = ["would_have_changed"]

    class Meta:
        model = Review
        fields = ["would_have_changed"]
        labels = {"would_have_changed": "What would have changed it?"}
        widgets = {"would_have_changed": _words(rows=2)}


class WonForm(WordsForm):
    question = "won"
    columns = ["won_because"]

    class Meta:
        model = Review
        fields = ["won_because"]
        labels = {"won_because": "Why did we win?"}
        widgets = {"won_because": _words(rows=3)}


LOSS_QUESTIONS = {form.question: form for form in (DestinationForm, ReasonForm, ChangeForm)}
WIN_QUESTIONS = {WonForm.question: WonForm}


def questions_of(review: Review) -> dict[str, type[QuestionForm]]:
    return WIN_QUESTIONS if review.kind == "win" else LOSS_QUESTIONS
