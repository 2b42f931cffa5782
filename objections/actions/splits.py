from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from feedback.models import Category, User
from objections.actions.moving import bring_back, carry, follow_merges, hold_themes, save_theme
from objections.actions.placements import require_active
from objections.models import Objection, Split, Theme
from objections.models.themes import State


class NothingToSplit(ValueError):
    """None of the objections stands in the theme (any more)."""


@transaction.atomic
def split_theme(
    *, theme: Theme, objections: Iterable[Objection], name: str, by: User, category: Category | None = None
) -> Split:
    """Makes a new theme of some voices of another. A person chose them, so the model leaves them there.

    Doing it again gives the split that holds. Raises ThemeGone unless the theme is active, NothingToSplit when none
    of the objections is in it.
    """
    theme = hold_themes(theme.pk)[theme.pk]
    chosen = list(objections)
    live = same_split(theme=theme, objections=[voice.pk for voice in chosen], name=name)
    if live:
        return live
    require_active(theme)
    voices = theme.placements.live().filter(objection__in=chosen)
    if not voices.exists():
        raise NothingToSplit("None of these objections is in the theme any more.")
    made = Theme(name=name, category=category or theme.category, owner=theme.owner, made_by=by)
    save_theme(made, by=by)
    split = Split.objects.create(theme=theme, made=made, by=by)
    if not carry(voices, to=made, by=by, split=split):
        raise NothingToSplit("None of these objections is in the theme any more.")
    return split


@transaction.atomic
def undo_split(*, split: Split, by: User) -> int:
    """Gives the voices back and retires the new theme; what came to it later goes to the first theme too.

    If the first theme was merged meanwhile, they go to the theme that stands for it now. Voices that people moved
    elsewhere stay there. Returns how many came back; undoing twice changes nothing.
    """
    themes = hold_themes()
    if not Split.objects.filter(pk=split.pk, undone_at=None).update(undone_at=timezone.now(), undone_by=by):
        return 0
    back = bring_back(split.placements)
    back += carry(split.made.placements.live(), to=split.theme, split=split)
    follow_merges(split.theme.placements)
    made = themes[split.made_id]
    if made.is_active:
        made.state = State.RETIRED
        save_theme(made, by=by)
    return back


def same_split(*, theme: Theme, objections: list[int], name: str) -> Split | None:
    """The split that holds and made a theme of this name of at least all these objections (ids), None if none did."""
    same = Split.objects.filter(theme=theme, made__name=name, made__state=State.ACTIVE, undone_at=None).first()
    if same and objections and not set(objections) - set(same.placements.values_list("objection", flat=True)):
        return same
    return None
