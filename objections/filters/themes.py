import django_filters as filters
from django.db.models import Q

from feedback.filters import ListFilter, WordsFilter
from objections.filters.objections import categories
from objections.models import Theme
from objections.models.themes import Owner, State


class ThemeFilter(ListFilter):
    """Without a choice: active themes that were heard. Themes that nobody has raised yet stand behind a filter."""

    q = WordsFilter(method="filter_words")
    category = filters.ModelChoiceFilter(
        queryset=categories, to_field_name="code", empty_label="Any category", method="filter_category"
    )
    owner = filters.ChoiceFilter(label="Owner", choices=Owner, empty_label="Any owner")
    answer = filters.ChoiceFilter(
        label="Answer",
        choices=[("no", "Without collateral"), ("yes", "With collateral")],
        empty_label="Answered or not",
        method="filter_answer",
    )
    heard = filters.ChoiceFilter(
        label="Heard",
        choices=[("no", "Nobody has raised it yet"), ("any", "Heard or not")],
        empty_label="Heard",
        method="filter_heard",
    )
    state = filters.ChoiceFilter(
        label="State",
        choices=[(State.RETIRED, "Retired"), (State.MERGED, "Merged into another")],
        empty_label="In use",
        method="filter_state",
    )

    class Meta:
        model = Theme
        fields = []

    @property
    def qs(self):
        themes = super().qs
        chosen = self.form.cleaned_data if self.form.is_valid() else {}
        if not chosen.get("state"):
            themes = themes.active()
            if not chosen.get("heard"):
                themes = themes.heard()
        return themes

    def filter_words(self, queryset, name, words):
        return queryset.filter(Q(name__icontains=words) | Q(definition__icontains=words))

    def filter_category(self, queryset, name, category):
        return queryset.filter(category__code=category.code)

    def filter_answer(self, queryset, name, answer):
        return queryset.answered() if answer == "yes" else queryset.unanswered()

    def filter_heard(self, queryset, name, heard):
        return queryset.exclude(pk__in=Theme.objects.heard().values("pk")) if heard == "no" else queryset

    def filter_state(self, queryset, name, state):
        return queryset.filter(state=state)
