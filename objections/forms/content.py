from django import forms
from django.db.models import Q
from django.utils import timezone

from feedback.forms.fields import DayField, RowsField, offer_people
from feedback.models import Opportunity, User
from objections.models import ContentRequest, Theme
from objections.models.content import CLOSED, ContentType, RequestState, RoutedTo, Size
from objections.permissions import can_move_requests, can_record_usage
from objections.raised import deals_in

DEALS_SHOWN = 50


class PickList(forms.CheckboxSelectMultiple):
    """Many to choose from: a list that scrolls in its own box, what is chosen first."""

    def __init__(self, attrs=None):
        super().__init__({"class": "picklist", **(attrs or {})})

    def optgroups(self, name, value, attrs=None):
        groups = super().optgroups(name, value, attrs)
        return sorted(groups, key=lambda group: not group[1][0]["selected"])


class ThemesField(RowsField):
    def __init__(self):
        super().__init__(
            label="Themes it answers",
            queryset=Theme.objects.none(),
            widget=PickList,
            error_messages={"required": "Choose at least one theme: a request answers something buyers said."},
        )


class RequestForm(forms.ModelForm):
    """What everybody says who asks for content; `deal` is the one it was asked from, which waits with the others."""

    themes = ThemesField()
    deal = forms.ModelChoiceField(
        queryset=Opportunity.objects.all(),
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "The deal you asked from is gone. Ask again from its page."},
    )

    class Meta:
        model = ContentRequest
        fields = ["title", "type", "themes", "brief"]
        labels = {"title": "What is missing?", "type": "Type", "brief": "Brief"}
        help_texts = {"brief": "What should it say, to whom, at which moment? What buyers said is filled in for you."}
        widgets = {"brief": forms.Textarea(attrs={"rows": 12})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [("", "Choose a type"), *ContentType.choices]
        own = [theme.pk for theme in self.instance.themes.all()] if self.instance.pk else []
        self.fields["themes"].queryset = Theme.objects.filter(Q(state="active") | Q(pk__in=own))


class QueueRequestForm(RequestForm):
    """For those who run the queue: with an owner it is triaged at once."""

    class Meta(RequestForm.Meta):
        fields = [*RequestForm.Meta.fields, "owner", "co_owner", "size", "due_on"]
        field_classes = {"due_on": DayField}
        labels = {**RequestForm.Meta.labels, "due_on": "Due"}
        help_texts = {
            **RequestForm.Meta.help_texts,
            "owner": "With an owner the request is triaged at once.",
            "due_on": "Left empty, the size decides.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer_owners(self.fields, self.instance)
        self.fields["size"].choices = sizes()

    def clean(self):
        data = super().clean()
        if data.get("due_on") and not data.get("owner") and not self.instance.pk:
            self.add_error("owner", "Say who owns it, or leave the due date to the triage.")
        return data

    def clean_due_on(self):
        return not_past(self.cleaned_data["due_on"], before=self.initial.get("due_on"))


class WaitingForm(forms.Form):
    """Which deals wait: the newest to choose from. Those not shown stay as they are."""

    shown = forms.Field(widget=forms.MultipleHiddenInput, required=False)
    deals = RowsField(label="Deals waiting", queryset=Opportunity.objects.none(), widget=PickList, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field, offered = self.fields["deals"], deals_on_offer(self.instance)
        newest, count = list(offered[:DEALS_SHOWN]), offered.count()
        field.queryset = offered
        field.choices = [(deal.pk, str(deal)) for deal in newest]
        waiting = self.instance.opportunities.filter(pk__in=[deal.pk for deal in newest])
        field.initial = [deal.pk for deal in waiting]
        self.fields["shown"].initial = [deal.pk for deal in newest]
        if count > DEALS_SHOWN:
            field.help_text = f"The newest {DEALS_SHOWN} of {count}. The other {count - DEALS_SHOWN} stay as they are."

    def clean_deals(self):
        shown = [pk for pk in self.cleaned_data["shown"] or [] if pk.isdecimal() and len(pk) < 19]
        return [*self.cleaned_data["deals"], *self.instance.opportunities.exclude(pk__in=shown)]


class EditForm(WaitingForm):
    """The brief has a page of its own, and the deals are chosen among all that wait."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("brief", "deal"):
            del self.fields[name]


class RequestEditForm(EditForm, QueueRequestForm):
    """A request as it stands. One still to be triaged has no owner and no due date of its own yet."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].help_text = ""
        self.fields["due_on"].help_text = ""
        if self.instance.state == RequestState.NEW:
            for name in ("owner", "co_owner", "size", "due_on"):
                del self.fields[name]
        else:
            running = self.instance.is_unfinished and not self.instance.is_paused
            self.fields["owner"].required = self.fields["due_on"].required = running


class AskEditForm(EditForm, RequestForm):
    """One's own ask, until it is triaged."""


class MoveForm(forms.Form):
    """The why of a move, and what else that move asks."""

    why = forms.CharField(label="Why?", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), required=False)

    def __init__(self, *args, request, transition, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["why"].required = transition.needs_why
        if transition.needs_why and transition.to == RequestState.APPROVED:
            self.fields["why"].label = "Why without the sign-off?"
            said = f"{request.co_owner} has not signed off what there is now."
            self.fields["why"].help_text = f"{said} The reason is kept in the history."
        self.fields["why"].help_text = WHO_IS_TOLD.get(transition.to, self.fields["why"].help_text)
        if transition.to in CLOSED:
            self.fields["why"].label = "In a word: what did it do?"
            self.fields["why"].error_messages["required"] = "Say what it did: the figures alone are no verdict."
        if transition.asks == "into":
            self.fields["into"] = forms.ModelChoiceField(
                label="Merge into",
                queryset=ContentRequest.objects.unfinished().exclude(pk=request.pk),
                empty_label="Choose a request",
                help_text="Its themes, waiting deals and whoever asked go along. It can be undone.",
            )
        if transition.asks == "routed_to":
            self.fields["routed_to"] = forms.ChoiceField(
                label="Which team?", choices=RoutedTo.choices, widget=forms.RadioSelect(attrs={"class": "chips"})
            )
        self.order_fields(["into", "routed_to", "why"])


WHO_IS_TOLD = {
    RequestState.DECLINED: "Everyone who raised the themes, and whoever asked, is told this reason.",
    RequestState.NEEDS_INFO: "Whoever asked is told. The clock stops meanwhile.",
    RequestState.ROUTED: "Whoever asked is told.",
    **dict.fromkeys(
        CLOSED,
        "Everyone who raised the themes or used it is told this. The figures are kept beside it as they stand now.",
    ),
    RequestState.IN_PRODUCTION: "Its owner is told.",
}


class TriageForm(forms.ModelForm):
    why = forms.CharField(label="Note", max_length=500, required=False)

    class Meta:
        model = ContentRequest
        fields = ["type", "size", "owner", "co_owner", "due_on"]
        labels = {"due_on": "Due"}
        help_texts = {"due_on": "Left empty, the size decides.", "co_owner": "Who in sales checks that it fits."}
        field_classes = {"due_on": DayField}
        widgets = {"size": forms.RadioSelect(attrs={"class": "chips"})}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        offer_owners(self.fields, self.instance)
        self.fields["owner"].required = True
        self.fields["owner"].initial = self.instance.owner_id or user.pk
        self.initial["owner"] = self.fields["owner"].initial
        self.initial["due_on"] = None
        self.fields["size"].choices = sizes()

    def clean_due_on(self):
        return not_past(self.cleaned_data["due_on"])


def move_form(data, *, request, transition, user):
    """What a move of the table asks."""
    if transition.asks == "triage":
        return TriageForm(data, instance=request, user=user)
    return MoveForm(data, request=request, transition=transition)


def sizes():
    """Each size with how many business days it is given."""
    return [(size, f"{size.label} ({size.business_days} days)") for size in Size]


def offer_owners(fields, request):
    """Owners are those who run the queue, co-owners those who sell; whoever has it already stays on offer."""
    people = list(User.objects.filter(is_active=True))
    for name, may, now in (
        ("owner", can_move_requests, request.owner_id),
        ("co_owner", can_record_usage, request.co_owner_id),
    ):
        offered = [user.pk for user in people if may(user)]
        offer_people(fields[name], User.objects.filter(Q(pk__in=offered) | Q(pk=now)))
        fields[name].empty_label = "Nobody yet"


def deals_on_offer(request):
    """Open deals with an objection in the request's themes, and those that wait already; the newest first."""
    deals = Opportunity.objects.filter(
        Q(pk__in=deals_in(request.themes.all()).open().values("pk")) | Q(pk__in=request.opportunities.values("pk"))
    )
    return deals.select_related("account").open_first()


def not_past(day, before=None):
    if day and day != before and day < timezone.localdate():
        raise forms.ValidationError("This day has passed.")
    return day
