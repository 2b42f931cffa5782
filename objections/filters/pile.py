import django_filters as filters

from feedback.filters import ListFilter, WordsFilter
from objections.models import Objection


class PileFilter(ListFilter):
    q = WordsFilter(method="filter_words")
    show = filters.ChoiceFilter(
        label="Which", choices=[("aside", "Set aside")], empty_label="Waiting", method="filter_show"
    )

    class Meta:
        model = Objection
        fields = []

    @property
    def qs(self):
        return super().qs if self.shows_aside else super().qs.in_pile()

    @property
    def shows_aside(self):
        return self.is_bound and not self.problems and self.form.cleaned_data["show"] == "aside"

    def filter_words(self, queryset, name, words):
        return queryset.matching(words, self.request.user)

    def filter_show(self, queryset, name, show):
        return queryset.set_aside()
