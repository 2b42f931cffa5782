"""What admins fill in about people and teams."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import Q

from feedback.belongings import held_by
from feedback.forms.fields import RowsField, offer_people
from feedback.models import Team, User
from feedback.models.people import Role
from feedback.permissions import can_use_password

HELP = "Admins set up the portal and see everything, besides what their role does."


class PersonForm(forms.ModelForm):
    """Who somebody is and what they may do."""

    class Meta:
        model = User
        fields = ["name", "email", "role", "team", "is_superuser"]
        labels = {"email": "E-mail address", "is_superuser": "Admin"}
        help_texts = {"is_superuser": HELP, "email": "They sign in with it."}
        widgets = {"role": forms.RadioSelect(attrs={"class": "chips"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].required = not self.instance.pk or bool(self.instance.email)
        self.fields["role"].choices = Role.choices
        self.fields["team"].empty_label = "No team"

    def person_fields(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class AcceptForm(forms.Form):
    """How an invited person comes in; without a password where only the company's provider lets them in."""

    name = forms.CharField(label="Your name", max_length=150)
    password = forms.CharField(
        label="Choose a password", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person
        if not can_use_password(person):
            del self.fields["password"]

    def clean_password(self):
        password = self.cleaned_data["password"]
        name = self.cleaned_data.get("name", "")
        validate_password(password, User(username=self.person.username, email=self.person.email, name=name))
        return password


class HandoverForm(forms.Form):
    """What of it goes to whom."""

    what = forms.MultipleChoiceField(label="What is handed over", widget=forms.CheckboxSelectMultiple)
    to = forms.ModelChoiceField(label="To", queryset=User.objects.none(), empty_label="Choose somebody")

    def __init__(self, *args, holder, **kwargs):
        super().__init__(*args, **kwargs)
        held = [held for held in held_by(holder) if held.count]
        self.fields["what"].choices = [(h.belonging.key, str(h)) for h in held]
        self.fields["what"].initial = [h.belonging.key for h in held]
        offer_people(self.fields["to"], User.objects.filter(is_active=True).exclude(pk=holder.pk))


class TeamForm(forms.ModelForm):
    members = RowsField(
        label="Members",
        queryset=User.objects.select_related("team"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "picklist"}),
        help_text="Who is in another team now moves over.",
    )

    class Meta:
        model = Team
        fields = ["name", "manager", "members"]
        help_texts = {"manager": "A rep or a leader. Reviews owed by members who cannot sign in fall to them."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        team = self.instance.pk
        managers = User.objects.filter(~Q(role=Role.MARKETER) | Q(is_superuser=True), is_active=True)
        self.fields["manager"].queryset = managers | User.objects.filter(pk=self.instance.manager_id)
        self.fields["manager"].empty_label = "Nobody yet"
        people = sorted(self.fields["members"].queryset, key=lambda p: (p.team_id != team or not team, p.name))
        self.fields["members"].choices = [(person.pk, _in_list(person, team)) for person in people]
        self.fields["members"].initial = [person.pk for person in people if team and person.team_id == team]

    @property
    def joining(self):
        return [person for person in self.cleaned_data["members"] if person.pk not in self.fields["members"].initial]

    @property
    def leaving(self):
        stay = {person.pk for person in self.cleaned_data["members"]}
        return User.objects.filter(pk__in=set(self.fields["members"].initial) - stay)


def _in_list(person, team):
    notes = [f"in {person.team}"] if person.team_id and person.team_id != team else []
    notes += [] if person.is_active else ["cannot sign in"]
    return f"{person} ({', '.join(notes)})" if notes else str(person)
