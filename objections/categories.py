"""Themes stand under a category of the taxonomy in force: when a version is published, they follow."""

from django.db import transaction
from django.db.models import Count

from feedback.actions.taxonomy import taxonomy_published
from feedback.coding import Coding, add_coding
from feedback.models import Category, Taxonomy, User
from objections.actions.moving import save_theme
from objections.models import Theme


def register() -> None:
    taxonomy_published.connect(_published, dispatch_uid="themes_follow_categories")
    add_coding("categories", Coding(("theme", "themes"), _themes))


def _published(sender, taxonomy, by, **kwargs):
    follow_categories(taxonomy=taxonomy, by=by)


@transaction.atomic
def follow_categories(*, taxonomy: Taxonomy, by: User) -> None:
    """Puts every theme under the row of this version that bears its category's code, or that replaces it.

    Only a theme whose category was replaced gets a line in its history: for the others nothing changes that one sees.
    """
    rows = {row.pk: row for row in taxonomy.categories.all()}
    by_code = {row.code: row for row in rows.values()}
    codes = Theme.objects.order_by().values_list("category__code", flat=True).distinct()
    for code in list(codes):
        row = by_code[code]
        while row.replaced_by_id:  # ends: a row is only ever replaced by one in use
            row = rows[row.replaced_by_id]
        themes = Theme.objects.filter(category__code=code).exclude(category=row)
        if row.code == code:
            themes.update(category=row)
        else:
            _move(themes, row, by)


def _move(themes, row: Category, by: User) -> None:
    for theme in themes.select_for_update(of=["self"]):
        theme.category = row
        save_theme(theme, by=by)


def _themes() -> dict[str, int]:
    """Themes by the code of their category, merged and retired ones left out."""
    counts = Theme.objects.active().order_by().values_list("category__code").annotate(Count("pk"))
    return dict(counts)
