import django_filters as filters
from django import forms
from django.db.models import Exists, OuterRef
from django_filters.fields import IsoDateTimeField

from feedback.forms.fields import DayField, is_number, validate_day
from feedback.metrics import DestinationCodes, ReasonCodes
from feedback.models import Destination, Opportunity, Reason, Review, Segment, Team, User
from feedback.models.opportunities import Outcome
from feedback.models.people import PersonState, Role

GONE = "What this filter asks for is not there, or not any more. Choose again, or leave it open."


class DayFilter(filters.DateFilter):
    field_class = DayField


MOST_IDS = 200
LONGEST = 200  # characters of a search: no database looks for a pattern of any length


class WordsFilter(filters.CharFilter):
    """The search field."""

    def __init__(self, **kwargs):
        super().__init__(label="Search", max_length=LONGEST, **kwargs)


def searched(typed: str) -> str:
    """What to look for where a search has no form of its own to refuse what no database takes."""
    return typed.replace("\0", "").strip()[:LONGEST]


class IdsField(forms.CharField):
    """Up to MOST_IDS row numbers with commas between them."""

    widget = forms.HiddenInput

    def clean(self, value):
        words = super().clean(value)
        found = [part.strip() for part in words.split(",") if part.strip()]
        if not all(map(is_number, found)):
            raise forms.ValidationError("Give numbers with commas between them.")
        if len(found) > MOST_IDS:
            raise forms.ValidationError(f"At most {MOST_IDS} rows can be chosen one by one.")
        return found


class IdsFilter(filters.CharFilter):
    field_class = IdsField


def _validate_moment(moment):
    """At the ends of the calendar other zones do not have the moment."""
    validate_day(moment.date())


class MomentField(IsoDateTimeField):
    default_validators = [_validate_moment]


class MomentFilter(filters.IsoDateTimeFilter):
    field_class = MomentField


class _FilterForm(forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if "invalid_choice" in field.error_messages:
                field.error_messages["invalid_choice"] = GONE

    def clean(self):
        data = super().clean()
        for name in [name for name in self.fields if name.endswith("_from")]:
            first, until = data.get(name), name.replace("_from", "_to")
            if first and data.get(until) and first > data[until]:
                self.add_error(until, "This is before the first day. Give a later one.")
        return data


class ListFilter(filters.FilterSet):
    """A filter that shows nothing, and says why, when it is asked for what there is not."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for filter_ in self.filters.values():
            # Making the API's schema leaves fields on the class; a copy would keep the choices of nobody.
            vars(filter_).pop("_field", None)

    def get_form_class(self):
        return type("FilterForm", (_FilterForm, super().get_form_class()), {})

    @property
    def qs(self):
        return super().qs if not self.problems else self.queryset.none()

    @property
    def is_fold_in_use(self) -> bool:
        """Whether something is chosen among those that stand folded: all but the first five."""
        return any(field.name in self.form.changed_data for field in self.form.visible_fields()[5:])

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(filter, what is wrong with it)"""
        if not self.is_bound:
            return []
        return [(self.form[name].label, " ".join(errors)) for name, errors in self.form.errors.items()]


class OpportunityFilter(ListFilter):
    q = WordsFilter(method="filter_words")
    outcome = filters.ChoiceFilter(choices=Outcome, empty_label="Any outcome")
    owner = filters.ModelChoiceFilter(
        queryset=User.objects.filter(Exists(Opportunity.objects.filter(owner=OuterRef("pk")))), empty_label="Any owner"
    )
    team = filters.ModelChoiceFilter(
        label="Team", field_name="owner__team", queryset=Team.objects.all(), empty_label="Any team"
    )
    segment = filters.ModelChoiceFilter(
        label="Segment", field_name="account__segments", queryset=Segment.objects.all(), empty_label="Any segment"
    )
    closed_from = DayFilter(field_name="closed_on", lookup_expr="gte", label="Closed from")
    closed_to = DayFilter(field_name="closed_on", lookup_expr="lte", label="Closed to")
    ids = IdsFilter(field_name="pk", lookup_expr="in", label="Chosen one by one")
    owes_review = filters.ChoiceFilter(
        label="Review", choices=[("true", "Owed")], empty_label="Owed or not", method="filter_owing"
    )

    class Meta:
        model = Opportunity
        fields = []

    def filter_words(self, queryset, name, words):
        return queryset.matching(words)

    def filter_owing(self, queryset, name, owes):
        return queryset.owing_review()


class CoverageFilter(ListFilter):
    closed_from = DayFilter(field_name="closed_on", lookup_expr="gte", label="Closed from")
    closed_to = DayFilter(field_name="closed_on", lookup_expr="lte", label="Closed to")

    class Meta:
        model = Opportunity
        fields = []

    @property
    def days(self) -> dict:
        """The days that were asked for."""
        return {} if self.problems else {name: day for name, day in self.form.cleaned_data.items() if day}


def reasons(request):
    """Those in force, and retired ones that nothing replaces: one line each, as in the reports."""
    return Reason.objects.in_force().top_level().filter(replaced_by=None)


def destinations(request):
    """Those in force, and retired ones that nothing replaces."""
    return Destination.objects.in_force().filter(replaced_by=None)


class ReviewFilter(ListFilter):
    q = WordsFilter(method="filter_words")
    kind = filters.ChoiceFilter(choices=Review.kind.field.choices, empty_label="Loss and win")
    reason = filters.ModelChoiceFilter(
        queryset=reasons, to_field_name="code", empty_label="Any reason", method="filter_reason"
    )
    destination = filters.ModelChoiceFilter(
        label="Where the money went",
        queryset=destinations,
        to_field_name="code",
        empty_label="Anywhere",
        method="filter_destination",
    )
    closed_from = DayFilter(field_name="opportunity__closed_on", lookup_expr="gte", label="Closed from")
    closed_to = DayFilter(field_name="opportunity__closed_on", lookup_expr="lte", label="Closed to")
    whose = filters.ChoiceFilter(
        label="Written by", choices=[("mine", "Me")], empty_label="Anybody", method="filter_whose"
    )

    ids = IdsFilter(field_name="pk", lookup_expr="in", label="Chosen one by one")

    class Meta:
        model = Review
        fields = []

    def filter_destination(self, queryset, name, destination):
        return queryset.filter(DestinationCodes.in_force().said(destination.code))

    def filter_reason(self, queryset, name, reason):
        return queryset.filter(ReasonCodes.in_force().said(reason.code))

    def filter_whose(self, queryset, name, whose):
        return queryset.filter(author=self.request.user)

    def filter_words(self, queryset, name, words):
        return queryset.filter(opportunity__in=Opportunity.objects.matching(words))


class PersonFilter(ListFilter):
    q = WordsFilter(method="filter_words")
    role = filters.ChoiceFilter(
        choices=[*Role.choices, ("admin", "Admin")], empty_label="Any role", method="filter_role"
    )
    team = filters.ModelChoiceFilter(queryset=Team.objects.all(), empty_label="Any team")
    state = filters.ChoiceFilter(label="State", choices=PersonState, empty_label="Any state")

    class Meta:
        model = User
        fields = []

    def filter_words(self, queryset, name, words):
        return queryset.matching(words)

    def filter_role(self, queryset, name, role):
        """Admins are shown as admins, whatever else they are."""
        if role == "admin":
            return queryset.filter(is_superuser=True)
        return queryset.filter(role=role, is_superuser=False)
