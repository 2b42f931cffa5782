import django_filters as filters

from feedback.filters import DayFilter, IdsFilter, ListFilter, WordsFilter
from feedback.models import Category, Competitor, Product
from objections.models import Mention, Objection, Theme
from objections.models.objections import Kind, MentionKind, Weight, language_name


def categories(request):
    """Those in force, and retired ones that nothing replaces: themes may still stand under them."""
    return Category.objects.in_force().filter(replaced_by=None)


def certifications():
    """Those that were named, by name."""
    named = Mention.objects.filter(kind=MentionKind.CERTIFICATION).order_by("value")
    return [(value, value) for value in named.values_list("value", flat=True).distinct()]


def languages():
    """Those of the objections there are, English first."""
    codes = Objection.objects.exclude(language="").order_by().values_list("language", flat=True).distinct()
    return sorted(((code, language_name(code)) for code in codes), key=lambda each: (each[0] != "en", each[1]))


class ObjectionFilter(ListFilter):
    q = WordsFilter(method="filter_words")
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
    competitor = filters.ModelChoiceFilter(
        label="Competitor",
        queryset=Competitor.objects.themselves(),
        empty_label="Any competitor",
        method="filter_competitor",
    )
    product = filters.ModelChoiceFilter(
        label="Product", queryset=Product.objects.all(), empty_label="Any product", method="filter_product"
    )
    mentions = filters.ChoiceFilter(
        label="Mentions", choices=MentionKind.choices, empty_label="Anything or nothing", method="filter_mentions"
    )
    certification = filters.ChoiceFilter(
        label="Certification", choices=certifications, empty_label="Any or none", method="filter_certification"
    )
    language = filters.ChoiceFilter(label="Language", choices=languages, empty_label="Any language")
    whose = filters.ChoiceFilter(
        label="Logged by", choices=[("mine", "Me")], empty_label="Anybody", method="filter_whose"
    )
    ids = IdsFilter(field_name="pk", lookup_expr="in", label="Chosen one by one")
    heard_from = DayFilter(field_name="heard_on", lookup_expr="gte", label="Heard from")
    heard_to = DayFilter(field_name="heard_on", lookup_expr="lte", label="Heard to")

    class Meta:
        model = Objection
        fields = []

    def filter_words(self, queryset, name, words):
        return queryset.matching(words, self.request.user)

    def filter_theme(self, queryset, name, theme):
        return queryset.in_theme(theme)

    def filter_placed(self, queryset, name, placed):
        return queryset.themed() if placed == "yes" else queryset.unthemed()

    def filter_competitor(self, queryset, name, competitor):
        return queryset.naming_competitor(competitor)

    def filter_product(self, queryset, name, product):
        return queryset.naming_product(product)

    def filter_mentions(self, queryset, name, kind):
        return queryset.naming(kind)

    def filter_certification(self, queryset, name, certification):
        return queryset.asking_for(certification)

    def filter_whose(self, queryset, name, whose):
        return queryset.filter(author=self.request.user)
