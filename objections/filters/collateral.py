import django_filters as filters
from django.utils import timezone

from feedback.filters import ListFilter, WordsFilter
from feedback.models import Competitor, Segment
from objections.alarms import CHOICES, DRIFTED, REVIEW, UNUSED
from objections.models import Collateral, CollateralStage, Theme
from objections.models.content import ContentType
from objections.permissions import can_publish


def themes(request):
    """Those that some piece one may see is for."""
    return Theme.objects.filter(collateral__in=Collateral.objects.visible_to(request.user)).distinct()


def stages(user):
    """Those that some piece one may see is meant for, each once."""
    found = CollateralStage.objects.filter(collateral__in=Collateral.objects.visible_to(user)).distinct()
    return [(stage.name, stage.name) for stage in found]


def segments(request):
    """Those that some piece one may see is for."""
    return Segment.objects.filter(collateral__in=Collateral.objects.visible_to(request.user)).distinct()


class CollateralFilter(ListFilter):
    """Without a choice it shows what is live."""

    q = WordsFilter(method="filter_words")
    state = filters.ChoiceFilter(
        label="State",
        choices=[("draft", "Drafts"), ("retired", "Retired"), ("all", "All")],
        empty_label="Published",
        method="filter_state",
    )
    type = filters.ChoiceFilter(choices=ContentType, empty_label="Any type")
    theme = filters.ModelChoiceFilter(
        label="Theme",
        field_name="themes",
        queryset=themes,
        empty_label="Any theme",
    )
    stage = filters.ChoiceFilter(label="Stage", field_name="stages__name", empty_label="Any stage")
    competitor = filters.ModelChoiceFilter(queryset=Competitor.objects.themselves(), empty_label="Any competitor")
    segment = filters.ModelChoiceFilter(
        label="Segment", queryset=segments, empty_label="Any segment", method="filter_segment"
    )
    stale = filters.ChoiceFilter(
        label="Alarm", choices=CHOICES, empty_label="With or without alarm", method="filter_stale"
    )

    class Meta:
        model = Collateral
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["stage"].extra["choices"] = lambda: stages(self.request.user)
        if not can_publish(self.request.user):
            del self.filters["stale"]
            self.filters["state"].extra["choices"] = [("retired", "Retired"), ("all", "All")]

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("state") else queryset.published()

    def filter_words(self, queryset, name, words):
        return queryset.matching(words)

    def filter_state(self, queryset, name, state):
        return {"draft": queryset.drafts, "retired": queryset.retired, "all": queryset.all}[state]()

    def filter_segment(self, queryset, name, segment):
        return queryset.for_segment(segment)

    def filter_stale(self, queryset, name, kind):
        now = timezone.now()
        if kind == REVIEW:
            return queryset.review_overdue(timezone.localdate(now))
        if kind == DRIFTED:
            return queryset.drifted()
        return queryset.unused(now) if kind == UNUSED else queryset.stale(now)
