"""Themes that a portal starts with, from `seed_themes.toml`."""

import tomllib
from pathlib import Path

from django.apps import apps as live_apps

SEEDS = Path(__file__).with_name("seed_themes.toml")


def seed_themes(apps=live_apps) -> None:
    """Makes each seed theme with its exemplars once; one that was renamed, merged or retired since stays as it is."""
    theme, exemplar, category = (
        apps.get_model(*names)
        for names in (("objections", "Theme"), ("objections", "Exemplar"), ("feedback", "Category"))
    )
    categories = {row.code: row for row in category._default_manager.order_by("taxonomy__version")}
    for seed in tomllib.loads(SEEDS.read_text(encoding="utf-8"))["theme"]:
        fields = {key: seed[key] for key in ("name", "definition", "owner")}
        made, is_new = theme._default_manager.get_or_create(
            seed=seed["slug"], defaults={**fields, "category": categories[seed["category"]]}
        )
        if is_new:
            exemplar._default_manager.bulk_create([exemplar(theme=made, text=text) for text in seed["exemplars"]])
