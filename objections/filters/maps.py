import django_filters as filters

from feedback.filters import DayFilter, ListFilter
from objections.filters.objections import categories
from objections.models import Objection, Placement, Theme


class MapFilter(ListFilter):
    """What of the map is looked at; the rest stays, faint. `colour` says what its colours mean."""

    theme = filters.ModelChoiceFilter(
        label="Theme", queryset=Theme.objects.active().heard(), empty_label="Any theme", method="filter_theme"
    )
    category = filters.ModelChoiceFilter(
        label="Category",
        queryset=categories,
        to_field_name="code",
        empty_label="Any category",
        method="filter_category",
    )
    placed = filters.ChoiceFilter(
        label="In a theme",
        choices=[("yes", "In a theme"), ("no", "Not yet")],
        empty_label="Either",
        method="filter_placed",
    )
    colour = filters.ChoiceFilter(
        label="Colours", choices=[("theme", "By theme")], empty_label="By category", method="filter_nothing"
    )
    heard_from = DayFilter(field_name="heard_on", lookup_expr="gte", label="Heard from")
    heard_to = DayFilter(field_name="heard_on", lookup_expr="lte", label="Heard to")

    class Meta:
        model = Objection
        fields = []

    @property
    def chosen(self) -> dict:
        """What was chosen, by name of the filter; nothing of a filter with a problem."""
        return self.form.cleaned_data if self.is_bound and self.form.is_valid() else {}

    def filter_theme(self, queryset, name, theme):
        return queryset.in_theme(theme)

    def filter_category(self, queryset, name, category):
        placed = Placement.objects.live().filter(theme__category__code=category.code)
        return queryset.filter(pk__in=placed.values("objection"))

    def filter_placed(self, queryset, name, placed):
        return queryset.themed() if placed == "yes" else queryset.unthemed()

    def filter_nothing(self, queryset, name, value):
        return queryset
