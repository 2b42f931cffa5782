from datetime import date

from django import forms
from django.db.models import Q
from django.utils import timezone

from feedback import company_figures
from feedback.forms.fields import DayField, RowsField, is_number, offer_people
from feedback.meanwhile import read_before
from feedback.metrics import in_words, last_months, month_of
from feedback.models import Action, Decision, Meeting, Opportunity, SectionNote, User
from feedback.models.decisions import Hoped
from feedback.models.people import Role

MONTHS = 24  # how far back a month can still be taken up


class _PeopleMixin:
    """Fields for a person offer those who can sign in, and whoever is set already."""

    def offer(self, name, people):
        people = people.filter(Q(is_active=True) | Q(pk=getattr(self.instance, f"{name}_id")))
        offer_people(self.fields[name], people)


class StoodOnMixin:
    """Each field sends what stood in it when it was opened along, so that what others wrote meanwhile is not lost."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True


class HoldingForm(StoodOnMixin, _PeopleMixin, forms.ModelForm):
    """When and where a meeting is held, or those of a series; who leads it and who is to come."""

    attendees = RowsField(
        label="Attendees",
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "picklist"}),
        help_text="They get an invitation for their calendar, and may read it while it is prepared.",
    )
    held_at = forms.TimeField(
        label="At", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), help_text="By the company’s clock."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        prepares = Q(role__in=[Role.LEADER, Role.MARKETER]) | Q(is_superuser=True)
        self.offer("facilitator", User.objects.filter(prepares))
        chosen = set(self.instance.attendees.values_list("pk", flat=True)) if self.instance.pk else set()
        people = User.objects.filter(Q(is_active=True) | Q(pk__in=chosen))
        self.fields["attendees"].queryset = people
        self.fields["attendees"].choices = [
            (pk, name or username) for pk, name, username in people.values_list("pk", "name", "username")
        ]
        self.fields["minutes"].label, self.fields["place"].label = "Minutes", "Place or link"

        self.fields["minutes"].required = False

    def clean_minutes(self):
        return self.cleaned_data["minutes"] or self._meta.model._meta.get_field("minutes").default

    @property
    def changed_columns(self):
        return [name for name in self.changed_data if name != "attendees"]

    @property
    def before(self) -> dict:
        """What stood in each field when the form was opened, as `read_before` has it; of the attendees their ids."""
        sent = self.data.getlist(self["attendees"].html_initial_name)
        return read_before(self) | {"attendees": {int(pk) for pk in sent if is_number(pk)}}

    @property
    def change(self) -> dict:
        """What `change_meeting` and `change_series` take, besides the row."""
        return {"fields": self.changed_columns, "attendees": self.cleaned_data["attendees"], "before": self.before}


class MeetingForm(HoldingForm):
    class Meta:
        model = Meeting
        fields = ["held_on", "held_at", "minutes", "place", "facilitator", "attendees"]
        labels = {"held_on": "Held on"}
        field_classes = {"held_on": DayField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["held_at"].required = False


class NewMeetingForm(MeetingForm):
    month = forms.TypedChoiceField(
        label="Looks back at", required=False, empty_value=None, coerce=lambda text: date.fromisoformat(f"{text}-01")
    )
    first_day = DayField(label="From", required=False)
    last_day = DayField(label="To", required=False)

    field_order = ["month", "first_day", "last_day", *MeetingForm.Meta.fields]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        months = last_months(timezone.localdate(), MONTHS)[::-1]
        taken = set(Meeting.objects.values_list("first_day", "last_day"))
        self.fields["month"].choices = [
            *((f"{m:%Y-%m}", f"{m:%B %Y}{' (has a meeting)' if month_of(m) in taken else ''}") for m in months),
            ("", "Other days, given below"),
        ]
        # The last month that is over comes first to mind; the running one is still changing.
        free = [month for month in [*months[1:], months[0]] if month_of(month) not in taken]
        self.fields["month"].initial = f"{free[0]:%Y-%m}" if free else None
        self.fields["first_day"].help_text = "Only for other days than a month."

    def clean(self):
        data = super().clean()
        month, first, last = data.get("month"), data.get("first_day"), data.get("last_day")
        if month and any(given and given != meant for given, meant in zip((first, last), month_of(month), strict=True)):
            words = "The days given below are others. Choose “Other days, given below”, or take them out."
            self.add_error("month", words)
            return data
        if month:
            data["period"] = month_of(month)
        elif "month" in self.errors or {"first_day", "last_day"} & self.errors.keys():
            return data
        elif not first or not last:
            self.add_error("month", "Choose a month, or give the first and the last of other days.")
            return data
        elif first > last:
            self.add_error("last_day", "This is before the first day. Give a later one.")
            return data
        else:
            data["period"] = first, last
        if Meeting.objects.filter(first_day=data["period"][0], last_day=data["period"][1]).exists():
            words = f"{in_words(data['period'])} has a meeting already. Choose another month or other days."
            self.add_error("month", words)
        return data

    @property
    def given(self) -> dict:
        """What `make_meeting` takes."""
        return {name: self.cleaned_data[name] for name in ["period", *MeetingForm.Meta.fields]}


class NoteForm(forms.ModelForm):
    class Meta:
        model = SectionNote
        fields = ["text"]
        labels = {"text": "Notes"}
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}


class DecisionForm(StoodOnMixin, _PeopleMixin, forms.ModelForm):
    class Meta:
        model = Decision
        fields = ["text", "owner", "due_on", "proof", "aim", "hoped"]
        labels = {
            "text": "We decided to",
            "due_on": "Due on",
            "proof": "How we will know it worked",
            "aim": "The number it aims at",
        }
        field_classes = {"due_on": DayField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer("owner", User.objects.all())
        offered = company_figures.choices()
        self.fields["aim"] = forms.ChoiceField(
            label=self.fields["aim"].label,
            choices=[("", "No number"), *offered, *self._gone(offered)],
            required=False,
        )
        self.fields["hoped"].choices = [("", "The better way"), *Hoped.choices]

    def _gone(self, offered):
        """The number the decision has already, where it is offered no more."""
        known = [key for key, label in offered for key in ([key] if isinstance(label, str) else dict(label))]
        aim, then = self.instance.aim, self.instance.aim_then or {}
        return [(aim, then.get("label", aim))] if aim and aim not in known else []

    def clean(self):
        """Without a number there is no way for it to move; with one, unsaid, the better way."""
        data = super().clean()
        aim = data.get("aim", "")
        data["hoped"] = (data.get("hoped") or company_figures.better_way(aim)) if aim else ""
        return data


class ActionForm(StoodOnMixin, _PeopleMixin, forms.ModelForm):
    class Meta:
        model = Action
        fields = ["text", "owner", "due_on"]
        labels = {"text": "What is to be done?", "owner": "By whom?", "due_on": "By when?"}
        field_classes = {"due_on": DayField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer("owner", User.objects.all())


class PickForm(forms.Form):
    opportunity = forms.ModelChoiceField(
        queryset=Opportunity.objects.lost(),
        error_messages={"invalid_choice": "Only lost deals can be discussed here. Choose one of the list."},
    )
