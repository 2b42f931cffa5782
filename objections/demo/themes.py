from django.utils import timezone

from feedback.models import Category, Taxonomy, User
from objections.actions.moving import save_theme
from objections.demo.corpus import themes
from objections.models import Theme


def make_themes(by: User) -> dict[str, Theme]:
    """The themes by slug. One that a portal starts with anyway is renamed and not doubled; unused ones stay."""
    categories = {row.code: row for row in Category.objects.filter(taxonomy=Taxonomy.objects.current())}
    seeds = {theme.seed: theme for theme in Theme.objects.exclude(seed=None)}
    made = {}
    for slug, given in themes().items():
        theme = seeds.get(given["course"].get("seed")) or Theme(made_by=by)
        theme.name, theme.definition = given["name"], given["definition"]
        theme.owner, theme.category = given["owner"], categories[given["category"]]
        save_theme(theme, by=by)
        made[slug] = theme
    Theme.objects.update(made_at=timezone.now())  # those that a portal starts with are as old as the company, too
    return made
