"""Voices carried from theme to theme together, and brought back; what merges and splits share."""

from collections.abc import Iterable

from django.utils import timezone

from feedback.models import User
from objections.models import Placement, Theme
from objections.models.themes import State


def carry(placements: Iterable[Placement], *, to: Theme, by: User | None = None, **deed) -> int:
    """Ends the live placements and makes equal ones in `to`, marked with the deed (`merge=` or `split=`).

    They stay by whom they were, unless `by` chose them one by one. Returns how many were carried.
    """
    placements = list(placements)
    Placement.objects.filter(pk__in=[old.pk for old in placements]).update(undone_at=timezone.now())
    Placement.objects.bulk_create(
        [
            Placement(
                objection_id=old.objection_id,
                theme=to,
                by=by or old.by,
                confidence=None if by else old.confidence,
                replaces=old,
                **deed,
            )
            for old in placements
        ]
    )
    return len(placements)


def bring_back(made: Iterable[Placement]) -> int:
    """Gives the voices of placements made by a merge or split back to where they stood; returns how many.

    A voice that another merge carried on comes back too. One that a person moved since stays where it is.
    """
    holding = {}  # live placement id -> the placement to revive
    for placement in made:
        live = _carried_on(placement)
        if live.undone_at is None and placement.replaces_id:
            holding[live.pk] = placement.replaces_id
    Placement.objects.filter(pk__in=holding).update(undone_at=timezone.now())
    return Placement.objects.filter(pk__in=holding.values()).update(undone_at=None, undone_by=None)


def _carried_on(placement: Placement) -> Placement:
    """The last in the row of placements that merges made of this one."""
    while placement.undone_at is not None:
        on = placement.replaced_by.filter(merge__isnull=False).order_by("-id").first()
        if on is None:
            return placement
        placement = on
    return placement


def reactivate(theme: Theme, *, by: User) -> None:
    """Makes the theme active again, under another name if its own was taken meanwhile."""
    theme.state = State.ACTIVE
    theme.name = free_name(theme.name, besides=theme)
    save_theme(theme, by=by)


def free_name(name: str, besides: Theme | None = None) -> str:
    """The name, or `name (2)` and so on while another active theme bears it."""
    others = Theme.objects.active().exclude(pk=besides.pk if besides else None)
    free, number = name, 1
    while others.filter(name=free).exists():
        number += 1
        ending = f" ({number})"
        free = name[: 120 - len(ending)] + ending
    return free


def save_theme(theme: Theme, *, by: User) -> None:
    """Saves the row; its history says who."""
    theme._history_user = by
    theme.save()
