"""What curators do with a theme as a whole."""

from django.db import transaction

from feedback.jobs import queue_job
from feedback.models import Company, User
from objections.actions.moving import reactivate, save_theme
from objections.models import Build, Theme
from objections.models.themes import State


@transaction.atomic
def make_theme(*, theme: Theme, by: User) -> Theme:
    """Saves a theme made by hand."""
    theme.made_by = by
    save_theme(theme, by=by)
    return theme


@transaction.atomic
def change_theme(*, theme: Theme, by: User) -> Theme:
    """Saves a changed name, definition or category; unchanged ones leave no history. Its owner changes by routing."""
    now = Theme.objects.select_for_update().get(pk=theme.pk)
    if any(getattr(now, field) != getattr(theme, field) for field in EDITED):
        for field in EDITED:
            setattr(now, field, getattr(theme, field))
        save_theme(now, by=by)
    return now


EDITED = ("name", "definition", "category_id")


@transaction.atomic
def retire_theme(*, theme: Theme, by: User) -> None:
    """Takes the theme out of use; its voices stay with it. Retiring twice changes nothing."""
    theme = Theme.objects.select_for_update().get(pk=theme.pk)
    if theme.state == State.ACTIVE:
        theme.state = State.RETIRED
        save_theme(theme, by=by)


@transaction.atomic
def restore_theme(*, theme: Theme, by: User) -> None:
    """Takes a retired theme into use again. Does nothing for others: a merge is undone, not restored."""
    theme = Theme.objects.select_for_update().get(pk=theme.pk)
    if theme.state == State.RETIRED:
        reactivate(theme, by=by)


@transaction.atomic
def start_build(*, by: User) -> Build:
    """Queues a build of proposals. While one is unfinished, that one is given instead."""
    Company.objects.select_for_update().filter(pk=1).first()  # two at once wait here for each other
    running = Build.objects.unfinished().first()
    if running:
        return running
    return Build.objects.create(job=queue_job(kind="build_themes", by=by), by=by)
