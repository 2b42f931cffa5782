"""What people do with single voices: put them in a theme, take them out, and undo either."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from feedback.models import User
from objections.actions.moving import follow_merges, hold_themes
from objections.models import Objection, Placement, Theme
from objections.models.themes import State

GUESSES = 3


class ThemeGone(ValueError):
    """The theme was merged or retired, so nothing can be put in it."""


@transaction.atomic
def place_objection(*, objection: Objection, theme: Theme, by: User, guesses: Sequence[int] = ()) -> Placement:
    """Puts the objection in the theme for good: the model leaves alone what a person placed.

    `guesses` are the ids of the themes the machine thought likeliest, best first. Placing again where a person placed
    it changes nothing. Raises ThemeGone unless the theme is active.
    """
    require_active(theme)
    Objection.objects.select_for_update().get(pk=objection.pk)
    live = objection.placements.live().first()
    if live and live.theme_id == theme.pk and live.by_id:
        return live
    if live:
        end_placement(live, by=by)
    return Placement.objects.create(objection=objection, theme=theme, by=by, replaces=live, **guessed(theme, guesses))


def guessed(theme: Theme, guesses: Sequence[int]) -> dict:
    """The fields of a placement that say how near the machine's guesses (ids of themes, best first) were."""
    best = list(guesses)[:GUESSES]
    if not best:
        return {}
    return {"guess_id": best[0], "guess_rank": best.index(theme.pk) + 1 if theme.pk in best else 0}


@transaction.atomic
def take_out(*, objection: Objection, by: User) -> Placement | None:
    """Leaves the objection unthemed; the model does not put it back. Returns what was ended, None if nothing was."""
    Objection.objects.select_for_update().get(pk=objection.pk)
    live = objection.placements.live().first()
    if live:
        end_placement(live, by=by)
    return live


@transaction.atomic
def undo_placement(*, placement: Placement, by: User) -> None:
    """Puts the objection back where it stood before. Does nothing once it was moved on."""
    hold_themes()
    Objection.objects.select_for_update().get(pk=placement.objection_id)
    if Placement.objects.live().filter(pk=placement.pk).update(undone_at=timezone.now(), undone_by=by):
        revive(placement.replaces)


@transaction.atomic
def undo_take_out(*, placement: Placement) -> None:
    """Puts the objection back in the theme it was taken out of. Does nothing once it stands elsewhere."""
    hold_themes()
    Objection.objects.select_for_update().get(pk=placement.objection_id)
    revive(placement)


def require_active(*themes: Theme) -> list[Theme]:
    """The themes as they are now, held until the transaction ends. Raises ThemeGone when one is not active."""
    held = hold_themes(*(theme.pk for theme in themes))
    for theme in themes:
        if theme.pk not in held or not held[theme.pk].is_active:
            raise ThemeGone(f"“{theme}” was merged or retired.")
    return [held[theme.pk] for theme in themes]


def end_placement(placement: Placement, *, by: User | None) -> None:
    Placement.objects.filter(pk=placement.pk).update(undone_at=timezone.now(), undone_by=by)


def revive(placement: Placement | None) -> None:
    """Makes an ended placement hold again, unless its theme was retired or the objection stands elsewhere.

    If its theme was merged, the objection stands in the joint one. All themes and the objection are held already.
    """
    if placement is None or Theme.objects.filter(pk=placement.theme_id, state=State.RETIRED).exists():
        return
    if not Placement.objects.live().filter(objection=placement.objection_id).exists():
        ended = Placement.objects.filter(pk=placement.pk)
        ended.update(undone_at=None, undone_by=None)
        follow_merges(ended)
