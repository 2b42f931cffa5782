import django_filters as filters
from django.utils import timezone

from feedback.filters import ListFilter, WordsFilter
from feedback.models import Competitor
from objections.models import Collateral, Theme
from objections.models.content import ContentType
from objections.permissions import can_publish


def themes(request):
    """Those that some piece one may see is for."""
    return Theme.objects.filter(collateral__in=Collateral.objects.visible_to(request.user)).distinct()


def stages(user):
    """Those that some piece one may see is meant for, each once."""
    found = Collateral.objects.visible_to(user).exclude(stage="").order_by("stage")
    return [(stage, stage) for stage in found.values_list("stage", flat=True).distinct()]


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
    stage = filters.ChoiceFilter(empty_label="Any stage")
    competitor = filters.ModelChoiceFilter(queryset=Competitor.objects.themselves(), empty_label="Any competitor")
    review = filters.ChoiceFilter(
        label="Review by", choices=[("overdue", "Review is late")], empty_label="Any", method="filter_review"
    )

    class Meta:
        model = Collateral
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["stage"].extra["choices"] = lambda: stages(self.request.user)
        if not can_publish(self.request.user):
            del self.filters["review"]
            self.filters["state"].extra["choices"] = [("retired", "Retired"), ("all", "All")]

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("state") else queryset.published()

    def filter_words(self, queryset, name, words):
        return queryset.matching(words)

    def filter_state(self, queryset, name, state):
        return {"draft": queryset.drafts, "retired": queryset.retired, "all": queryset.all}[state]()

    def filter_review(self, queryset, name, review):
        return queryset.review_overdue(timezone.localdate())
