from datetime import date

from django import forms
from django.db.models import Q
from django.utils import timezone

from feedback.forms.fields import DayField, offer_people
from feedback.metrics import last_months
from feedback.models import Action, Decision, Meeting, Opportunity, SectionNote, User
from feedback.models.people import Role

MONTHS = 24  # how far back a month can still be taken up


class _PeopleMixin:
    """Fields for a person offer those who can sign in, and whoever is set already."""

    def offer(self, name, people):
        people = people.filter(Q(is_active=True) | Q(pk=getattr(self.instance, f"{name}_id")))
        offer_people(self.fields[name], people)


class MeetingForm(_PeopleMixin, forms.ModelForm):
    class Meta:
        model = Meeting
        fields = ["held_on", "facilitator"]
        labels = {"held_on": "Held on"}
        field_classes = {"held_on": DayField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        prepares = Q(role__in=[Role.LEADER, Role.MARKETER]) | Q(is_superuser=True)
        self.offer("facilitator", User.objects.filter(prepares))


class NewMeetingForm(MeetingForm):
    month = forms.TypedChoiceField(coerce=lambda text: date.fromisoformat(f"{text}-01"))

    class Meta(MeetingForm.Meta):
        fields = ["month", "held_on", "facilitator"]

    field_order = ["month", "held_on", "facilitator"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        months = last_months(timezone.localdate(), MONTHS)[::-1]
        taken = set(Meeting.objects.values_list("month", flat=True))
        self.fields["month"].choices = [
            (f"{m:%Y-%m}", f"{m:%B %Y}{' (has a meeting)' if m in taken else ''}") for m in months
        ]
        # The last month that is over comes first to mind; the running one is still changing.
        free = [month for month in [*months[1:], months[0]] if month not in taken]
        self.fields["month"].initial = f"{free[0]:%Y-%m}" if free else None

    def clean_month(self):
        month = self.cleaned_data["month"]
        if Meeting.objects.filter(month=month).exists():
            raise forms.ValidationError(f"{month:%B %Y} has a meeting already. Choose another month.")
        return month


class NoteForm(forms.ModelForm):
    class Meta:
        model = SectionNote
        fields = ["text"]
        labels = {"text": "Notes"}
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}


class DecisionForm(_PeopleMixin, forms.ModelForm):
    class Meta:
        model = Decision
        fields = ["text", "owner", "due_on", "proof"]
        labels = {"text": "We decided to", "due_on": "Due on", "proof": "How we will know it worked"}
        field_classes = {"due_on": DayField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer("owner", User.objects.all())


class ActionForm(_PeopleMixin, forms.ModelForm):
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
