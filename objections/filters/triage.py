import django_filters as filters

from objections.filters.themes import ThemeFilter
from objections.metrics import PARTS

SORTS = {"": "score", **{part.key: part.label.lower() for part in PARTS}, "name": "name"}


class TriageFilter(ThemeFilter):
    """Themes in use that were heard, and their order; which of them want work is for `triage_page` to say."""

    owner = answer = heard = state = None  # those that wait for marketing's answer all have the same
    sort = filters.ChoiceFilter(
        label="In the order of",
        choices=[(key, words.capitalize()) for key, words in SORTS.items() if key],
        empty_label="Triage",
        method="filter_sort",
    )

    def filter_sort(self, queryset, name, sort):
        """Rows are put in order by figures, not by the database."""
        return queryset

    @property
    def order(self) -> str:
        """A key of SORTS."""
        return self.form.cleaned_data.get("sort", "") if self.form.is_valid() else ""
