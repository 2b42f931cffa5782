import django_filters as filters
from django import forms
from django.utils import timezone

from feedback.filters import ListFilter, WordsFilter
from feedback.models import User
from objections.models import ContentRequest, Theme
from objections.models.content import UNFINISHED, ContentType, RequestState
from objections.workflow import CLOSED, DROPPED

LIVE = [RequestState.PUBLISHED, RequestState.MEASURING]
GROUPS = {
    "queue": ("In the queue", UNFINISHED),
    "live": ("Published", LIVE),
    "closed": ("Closed", CLOSED),
    "aside": ("Left the queue", [*DROPPED, RequestState.RETIRED]),
    "all": ("All", RequestState.values),
}


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
        queryset=User.objects.filter(content_requests__isnull=False).distinct(), empty_label="Any owner"
    )
    type = filters.ChoiceFilter(choices=ContentType, empty_label="Any type")
    theme = filters.ModelChoiceFilter(
        label="Theme",
        field_name="themes",
        queryset=Theme.objects.filter(requests__isnull=False).distinct(),
        empty_label="Any theme",
    )
    clock = filters.ChoiceFilter(
        label="Clock", choices=[("overdue", "Late only")], empty_label="Late or not", method="filter_clock"
    )
    whose = filters.ChoiceFilter(
        label="Whose",
        choices=[("mine", "I own"), ("asked", "I asked for")],
        empty_label="Everybody's",
        method="filter_whose",
    )

    view = filters.CharFilter(method="keep_view", max_length=20, widget=forms.HiddenInput)

    class Meta:
        model = ContentRequest
        fields = []

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        # How the list is shown is carried along, but is no filter in use.
        if "view" in self.filters:
            self.filters["view"].extra["initial"] = (data or {}).get("view", "")

    def keep_view(self, queryset, name, view):
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
        return queryset.overdue(timezone.localdate())

    def filter_whose(self, queryset, name, whose):
        return queryset.filter(**{"owner" if whose == "mine" else "by": self.request.user})
