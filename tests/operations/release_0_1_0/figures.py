"""Prints every shared figure of the portal in DATABASE_URL as JSON, as of the day the fixture was made.

It was run with the code of the release beside whose name it lies, to record `figures.json`, and is run with the code of
today after the migration: `python tests/operations/release_0_1_0/figures.py`.
"""

import dataclasses
import json
import os
import sys
from datetime import date

TODAY = date(2026, 11, 22)
sys.path.insert(0, os.getcwd())


def plain(value):
    """Dataclasses as objects, rows as their ids; keys as text."""
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(plain(key)): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if hasattr(value, "pk"):
        return value.pk
    return value if isinstance(value, int | float | str | None) else str(value)


def figures() -> dict:
    from feedback import metrics as deals
    from feedback.models import Meeting, Opportunity, Pack, Review, User
    from feedback.packs import differences
    from objections import metrics as themes
    from objections.models import Collateral, ContentRequest, Objection, Placement, Theme

    year = deals.last_year(TODAY)
    lost, closed = Opportunity.objects.lost().closed_between(year), Opportunity.objects.closed().closed_between(year)
    active = Theme.objects.active()
    months = deals.last_months(TODAY, 12)
    models = (Collateral, ContentRequest, Meeting, Objection, Opportunity, Pack, Placement, Review, Theme, User)
    return {
        "rows": {model.__name__: model.objects.count() for model in models},
        "coverage": deals.coverage(lost),
        "win rate": deals.win_rate(closed),
        "cycle won": deals.cycle_length(closed.won()),
        "cycle lost": deals.cycle_length(closed.lost()),
        "lost value": deals.lost_value(lost),
        "lost value by month": deals.lost_value_by_month(Opportunity.objects.all(), months),
        "lost value by reason": [(bar.code, bar.money) for bar in deals.value_by_reason(lost).bars],
        "other": deals.other_share(lost),
        "owed": sorted(Opportunity.objects.owing_review().values_list("pk", flat=True)),
        "overdue": Opportunity.objects.overdue(TODAY).count(),
        "unanswered lost value": themes.unanswered_lost_value(TODAY),
        "lost value by theme": themes.lost_value_by_theme(active, year),
        "open value by theme": themes.open_value_by_theme(active),
        "win rate against": themes.win_rate_against(active, year),
        "loop time": themes.loop_time(year),
        "share in theme": themes.share_in_theme(Objection.objects.live()),
        "voices by month": themes.voices_by_month(active, months),
        "final stage top four": [each.theme for each in themes.final_stage_top_four(TODAY)],
        "answers": {pk: state.key for pk, state in themes.answer_state(active).items()},
        "packs": {pack.pk: pack.checksum for pack in Pack.objects.all()},
        "packs altered": [pack.pk for pack in Pack.objects.select_related("meeting") if differences(pack)],
    }


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    json.dump(plain(figures()), sys.stdout, indent=1, sort_keys=True)
