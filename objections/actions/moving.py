"""Voices carried from theme to theme together, and brought back; what merges and splits share.

Whatever moves voices first holds the themes, then the objections, and only then reads where they stand.
"""

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from feedback.figures import forget_figures
from feedback.models import User
from objections.models import Merge, Objection, Placement, Theme
from objections.models.themes import State


class NameTaken(ValueError):
    """Another active theme bears the name, maybe since a moment ago."""


def hold_themes(*ids: int) -> dict[int, Theme]:
    """The themes by id as they are now, held until the transaction ends; all there are when none is named.

    Always in one order, so that no two wait for each other.
    """
    themes = Theme.objects.select_for_update().order_by("pk")
    return {theme.pk: theme for theme in (themes.filter(pk__in=ids) if ids else themes)}


def hold_voices(objections: QuerySet) -> None:
    """Holds the objections until the transaction ends; `objections` are rows or ids. Their themes are held already."""
    list(Objection.objects.select_for_update().filter(pk__in=objections).order_by("pk").values_list("pk"))


def carry(placements: QuerySet[Placement], *, to: Theme, by: User | None = None, **deed) -> int:
    """Ends the live placements and makes equal ones in `to`, marked with the deed (`merge=` or `split=`).

    They stay by whom they were, unless `by` chose them one by one. Returns how many were carried.
    """
    forget_figures()
    hold_voices(placements.order_by().values("objection"))
    placements = list(placements.all())
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


def follow_merges(placements: QuerySet[Placement]) -> None:
    """Live placements in a merged theme move on to the theme that stands for it now, as if the merge had moved them."""
    merged = Merge.objects.filter(undone_at=None).select_related("into")
    while merges := list(merged.filter(theme__in=placements.live().order_by().values("theme"))):
        objections = list(placements.live().values_list("objection", flat=True))
        for merge in merges:
            carry(placements.live().filter(theme=merge.theme_id), to=merge.into, merge=merge)
        placements = Placement.objects.filter(objection__in=objections)


def bring_back(made: QuerySet[Placement]) -> int:
    """Gives the voices of placements made by a merge or split back to where they stood; returns how many.

    A voice that another merge carried on comes back too. One that a person moved since stays where it is.
    """
    forget_figures()
    hold_voices(made.order_by().values("objection"))
    holding = {}  # live placement id -> the placement to revive
    for placement in made.all():
        live = carried_on(placement)
        if live.undone_at is None and placement.replaces_id:
            holding[live.pk] = placement.replaces_id
    Placement.objects.filter(pk__in=holding).update(undone_at=timezone.now())
    return Placement.objects.filter(pk__in=holding.values()).update(undone_at=None, undone_by=None)


def carried_on(placement: Placement) -> Placement:
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
    """Saves the row; its history says who. Raises NameTaken, with nothing saved."""
    theme._history_user = by
    try:
        with transaction.atomic():
            theme.save()
    except IntegrityError as error:
        if Theme.objects.active().filter(name=theme.name).exclude(pk=theme.pk).exists():
            raise NameTaken("Another theme has this name. Choose another, or merge the two.") from error
        raise
