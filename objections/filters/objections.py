import django_filters as filters

from feedback.models import Category, Taxonomy
from objections.models import Objection, Theme
from objections.models.objections import Kind, Weight


def categories(request):
    taxonomy = Taxonomy.objects.current()
    return taxonomy.categories.in_use() if taxonomy else Category.objects.none()


class ObjectionFilter(filters.FilterSet):
    q = filters.CharFilter(label="Search", method="filter_words")
    theme = filters.ModelChoiceFilter(
        label="Theme", queryset=Theme.objects.active().heard(), empty_label="Any theme", method="filter_theme"
    )
    placed = filters.ChoiceFilter(
        label="In a theme",
        choices=[("yes", "In a theme"), ("no", "Not yet")],
        empty_label="Either",
        method="filter_placed",
    )
    weight = filters.ChoiceFilter(choices=Weight, empty_label="Any weight")
    kind = filters.ChoiceFilter(choices=Kind, empty_label="Any kind")
    whose = filters.ChoiceFilter(
        label="Logged by", choices=[("mine", "Me")], empty_label="Anybody", method="filter_whose"
    )
    heard_from = filters.DateFilter(field_name="heard_on", lookup_expr="gte", label="Heard from")
    heard_to = filters.DateFilter(field_name="heard_on", lookup_expr="lte", label="Heard to")

    class Meta:
        model = Objection
        fields = []

    def filter_words(self, queryset, name, words):
        return queryset.matching(words)

    def filter_theme(self, queryset, name, theme):
        return queryset.in_theme(theme)

    def filter_placed(self, queryset, name, placed):
        return queryset.themed() if placed == "yes" else queryset.unthemed()

    def filter_whose(self, queryset, name, whose):
        return queryset.filter(author=self.request.user)
