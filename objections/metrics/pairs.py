"""Themes met with deals: one row for each theme and deal, however often the theme was heard on that deal."""

from collections.abc import Iterable

from django.db.models import Min, QuerySet

from objections.models import Placement, Theme

Themes = QuerySet[Theme] | Iterable[Theme] | Iterable[int]


def ids_of(themes: Themes):
    """What a filter on the theme takes: a subquery of a queryset, else a list of ids."""
    if isinstance(themes, QuerySet):
        return themes.order_by().values("pk")
    return [theme.pk if isinstance(theme, Theme) else theme for theme in themes]


def pairs(placements: QuerySet) -> QuerySet:
    """One placement for each theme and deal among those given; grouped sums over them count every deal once."""
    firsts = (
        placements.order_by()
        .filter(objection__opportunity__isnull=False)
        .values("theme", "objection__opportunity")
        .annotate(first=Min("pk"))
        .values("first")
    )
    return Placement.objects.filter(pk__in=firsts).order_by()


def counted_in(themes: Themes) -> QuerySet:
    """Placements that count of these themes."""
    return Placement.objects.counted().filter(theme__in=ids_of(themes))
