from datetime import date

import django_filters as filters
from django import forms
from django.utils import timezone

from feedback.filters import ListFilter, WordsFilter
from feedback.forms.fields import validate_day
from feedback.models import User
from objections.models import ContentRequest, Theme
from objections.models.content import SOON, UNFINISHED, ContentType, RequestState
from objections.workflow import CLOSED, DROPPED

LIVE = [RequestState.PUBLISHED, RequestState.MEASURING]
GROUPS = {
    "queue": ("In the queue", UNFINISHED),
    "live": ("Published", LIVE),
    "closed": ("Closed", CLOSED),
    "aside": ("Left the queue", [*DROPPED, RequestState.RETIRED]),
    "all": ("All", RequestState.values),
}
LANES = [("owner", "Owner"), ("type", "Type")]
NOBODY = "nobody"  # as an owner


class RequestFilter(ListFilter):
    """Without a state group it shows the queue: what is still to be done."""

    q = WordsFilter(lookup_expr="icontains", field_name="title")
    state = filters.ChoiceFilter(
        label="State",
        choices=[(key, words) for key, (words, _) in GROUPS.items() if key != "queue"],
        empty_label=GROUPS["queue"][0],
        method="filter_state",
    )
    owner = filters.ModelChoiceFilter(
        queryset=User.objects.filter(content_requests__isnull=False).distinct(),
        empty_label="Any owner",
        null_label="Nobody yet",
        null_value=NOBODY,
    )
    type = filters.ChoiceFilter(choices=ContentType, empty_label="Any type")
    theme = filters.ModelChoiceFilter(
        label="Theme",
        field_name="themes",
        queryset=Theme.objects.filter(requests__isnull=False).distinct(),
        empty_label="Any theme",
    )
    clock = filters.ChoiceFilter(
        label="Clock",
        choices=[("overdue", "Late only"), ("soon", f"Due within {SOON} business days")],
        empty_label="Late or not",
        method="filter_clock",
    )
    whose = filters.ChoiceFilter(
        label="Whose",
        choices=[("mine", "I own"), ("asked", "I asked for")],
        empty_label="Everybody's",
        method="filter_whose",
    )

    view = filters.CharFilter(method="keep", max_length=20, widget=forms.HiddenInput)
    lanes = filters.ChoiceFilter(choices=LANES, method="keep", widget=forms.HiddenInput)

    SHOWN_AS = ("view", "lanes")  # how the list is shown is carried along, but is no filter in use

    class Meta:
        model = ContentRequest
        fields = []

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        for name in self.SHOWN_AS:
            if name in self.filters:
                self.filters[name].extra["initial"] = (data or {}).get(name, "")

    def keep(self, queryset, name, value):
        return queryset

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("state") else queryset.unfinished()

    @property
    def group(self):
        """The key of the state group shown."""
        return (self.form.cleaned_data.get("state") if self.form.is_valid() else "") or "queue"

    def filter_state(self, queryset, name, group):
        return queryset.filter(state__in=GROUPS[group][1])

    def filter_clock(self, queryset, name, clock):
        today = timezone.localdate()
        return queryset.overdue(today) if clock == "overdue" else queryset.due_soon(today)

    def filter_whose(self, queryset, name, whose):
        return queryset.filter(**{"owner" if whose == "mine" else "by": self.request.user})


class MonthField(forms.CharField):
    """A month as `2026-11`; gives its first day."""

    def clean(self, value):
        typed = super().clean(value)
        if not typed:
            return None
        try:
            day = date.fromisoformat(f"{typed}-01")
            validate_day(day)
        except (ValueError, forms.ValidationError):
            raise forms.ValidationError("Give a month such as 2026-11.") from None
        return day


class MonthFilter(filters.Filter):
    field_class = MonthField


class CalendarFilter(RequestFilter):
    """The same, over a month of due days; what it shows beside is carried along."""

    view = None
    month = MonthFilter(method="keep", widget=forms.HiddenInput)

    SHOWN_AS = ("lanes", "month")
