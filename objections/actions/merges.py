from django.db import transaction
from django.utils import timezone

from feedback.models import User
from objections.actions.moving import bring_back, carry, hold_themes, reactivate, save_theme
from objections.actions.placements import require_active
from objections.models import Merge, Theme
from objections.models.themes import State


@transaction.atomic
def merge_themes(*, into: Theme, theme: Theme, by: User) -> Merge:
    """Joins `theme` into `into`: its voices, and the requests and collateral that serve it, then serve the joint one.

    Doing it again gives the merge that holds. Raises ThemeGone when either is not active, ValueError for one theme.
    """
    if into.pk == theme.pk:
        raise ValueError("A theme cannot be merged into itself.")
    hold_themes(into.pk, theme.pk)
    live = Merge.objects.filter(theme=theme, into=into, undone_at=None).first()
    if live:
        return live
    into, theme = require_active(into, theme)
    merge = Merge.objects.create(theme=theme, into=into, by=by)
    carry(theme.placements.live(), to=into, merge=merge)
    _share_content(merge)
    theme.state = State.MERGED
    save_theme(theme, by=by)
    return merge


@transaction.atomic
def undo_merge(*, merge: Merge, by: User) -> int:
    """Takes the themes apart again; returns how many voices came back. Undoing twice changes nothing.

    Voices that people moved since stay there, and so do voices that came to the joint theme later.
    """
    themes = hold_themes()
    if not Merge.objects.filter(pk=merge.pk, undone_at=None).update(undone_at=timezone.now(), undone_by=by):
        return 0
    _unshare_content(merge)
    back = bring_back(merge.placements)
    reactivate(themes[merge.theme_id], by=by)
    return back


def _share_content(merge: Merge) -> None:
    """What served the theme serves the joint one; the merge remembers what it added, for the way back."""
    for name in ("collateral", "requests"):
        there = getattr(merge.into, name)
        added = getattr(merge.theme, name).exclude(pk__in=there.values("pk"))
        getattr(merge, name).set(added)
        there.add(*getattr(merge, name).all())


def _unshare_content(merge: Merge) -> None:
    """Takes what the merge shared off the joint theme, and off those that later merges shared it on to.

    What another theme merged into the same one serves by itself stays, as shared by that merge.
    """
    for name in ("collateral", "requests"):
        at, shared = merge, set(getattr(merge, name).all())
        while at and shared:
            for other in at.into.merged_from.filter(undone_at=None).exclude(pk=at.pk):
                kept = shared.intersection(getattr(other.theme, name).all())
                getattr(other, name).add(*kept)
                shared -= kept
            getattr(at.into, name).remove(*shared)
            at = Merge.objects.filter(theme=at.into_id, undone_at=None).select_related("into").first()
            if at:
                shared.intersection_update(getattr(at, name).all())
                getattr(at, name).remove(*shared)
