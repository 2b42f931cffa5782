"""What people do on the pile: place, send away from a theme, set aside; and the way back from each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from feedback.figures import forget_figures
from feedback.models import User
from objections.actions.moving import carried_on, hold_themes, hold_voices, save_theme
from objections.actions.placements import end_placement, guessed, require_active, revive
from objections.models import Objection, Placement, Refusal, Sorting, Theme
from objections.models.themes import State
from objections.theming.presuming import presume_soon


class NothingToSort(ValueError):
    """All of the objections were placed, withdrawn or removed meanwhile."""


@dataclass(frozen=True)
class Sorted:
    """What came of an act on the pile. `left` holds what was left as it is, each with why; `sorting` is None when
    nothing was changed, now or by the same act a moment ago.
    """

    sorting: Sorting | None
    count: int
    left: list[tuple[Objection, str]] = field(default_factory=list)


@transaction.atomic
def sort_objections(
    *,
    objections: Iterable[Objection],
    theme: Theme,
    by: User,
    guesses: Mapping[int, Sequence[int]] | None = None,
    refused: Iterable[Objection] = (),
) -> Sorted:
    """Puts what still waits in the theme, as one act; what somebody placed or withdrew meanwhile is left and said.

    `guesses` are the ids of the machine's likeliest themes by objection id, best first; `refused` were offered for the
    theme too, and do not belong there. Raises ThemeGone unless the theme is active.
    """
    theme, objections, refused = require_active(theme)[0], list(objections), list(refused)
    hold_voices([objection.pk for objection in [*objections, *refused]])
    found = _put(objections, theme, by, guesses or {})
    if refused and (found.sorting or not found.count):
        sorting = found.sorting or Sorting.objects.create(by=by)
        _refuse(refused, theme, sorting)
        return Sorted(sorting, found.count, found.left)
    return found


@transaction.atomic
def sort_into_new(
    *, objections: Iterable[Objection], theme: Theme, by: User, guesses: Mapping[int, Sequence[int]] | None = None
) -> Sorted:
    """Saves a theme made for these objections and puts them in it.

    Raises NameTaken, or NothingToSort when none of them waits any more; no theme is made then.
    """
    theme.made_by = by
    save_theme(theme, by=by)
    found = _put(list(objections), theme, by, guesses or {})
    if found.sorting is None:
        raise NothingToSort(found.left[0][1] if found.left else "It is no longer here.")
    Sorting.objects.filter(pk=found.sorting.pk).update(made=theme)
    return found


@transaction.atomic
def refuse_theme(*, objections: Iterable[Objection], theme: Theme, by: User) -> Sorting:
    """Remembers that none of these objections belongs to the theme; they stay on the pile."""
    hold_voices([objection.pk for objection in objections])
    sorting = Sorting.objects.create(by=by)
    _refuse(objections, theme, sorting)
    return sorting


@transaction.atomic
def set_aside(*, objection: Objection, by: User) -> Sorted:
    """Remembers that the objection was looked at and fits no theme: it is not asked again until it is reworded."""
    objection = Objection.objects.select_for_update().get(pk=objection.pk)
    earlier = objection.refusals.live().of_all().select_related("sorting").first()
    if earlier:
        return Sorted(earlier.sorting, 1)
    live = objection.placements.live().select_related("theme").first()
    if live or objection.withdrawn_at:
        return Sorted(None, 0, [(objection, _why_left(objection, live))])
    sorting = Sorting.objects.create(by=by)
    Refusal.objects.create(objection=objection, sorting=sorting)
    return Sorted(sorting, 1)


@transaction.atomic
def bring_back(*, objection: Objection) -> None:
    """Puts what was set aside back on the pile."""
    Objection.objects.select_for_update().get(pk=objection.pk)
    objection.refusals.live().of_all().update(ended_at=timezone.now())


@transaction.atomic
def undo_sorting(*, sorting: Sorting, by: User) -> int:
    """Puts back what the act placed, refused or set aside; a theme that was made for it and is empty then is retired.

    What somebody moved on since stays there. Returns how many objections came back; undoing twice changes nothing.
    """
    themes = hold_themes()
    if not Sorting.objects.live().filter(pk=sorting.pk).update(undone_at=timezone.now(), undone_by=by):
        return 0
    forget_figures()
    back = _take_back(sorting)
    refusals = sorting.refusals.live()
    back |= set(refusals.values_list("objection", flat=True))
    refusals.update(ended_at=timezone.now())
    made = themes.get(sorting.made_id)
    if made and made.is_active and not made.placements.live().exists():
        made.state = State.RETIRED
        save_theme(made, by=by)
    return len(back)


def _put(objections: list[Objection], theme: Theme, by: User, guesses: Mapping[int, Sequence[int]]) -> Sorted:
    held = list(Objection.objects.select_for_update().filter(pk__in=[o.pk for o in objections]).order_by("pk"))
    live = {p.objection_id: p for p in Placement.objects.live().filter(objection__in=held).select_related("theme")}
    again = [p for p in live.values() if p.theme_id == theme.pk and p.by_id]
    free = [o for o in held if not o.withdrawn_at and (o.pk not in live or _may_confirm(live[o.pk], theme))]
    done = {o.pk for o in free} | {p.objection_id for p in again}
    left = [(o, _why_left(o, live.get(o.pk))) for o in held if o.pk not in done]
    if not free:
        own = next((p.sorting for p in again if p.by_id == by.pk and p.sorting_id), None)
        return Sorted(own, len(again), left)
    forget_figures()
    sorting = Sorting.objects.create(by=by)
    for objection in free:
        if objection.pk in live:
            end_placement(live[objection.pk], by=None)
    Placement.objects.bulk_create(
        [
            Placement(
                objection=objection,
                theme=theme,
                by=by,
                sorting=sorting,
                replaces=live.get(objection.pk),
                **guessed(theme, guesses.get(objection.pk, ())),
            )
            for objection in free
        ]
    )
    presume_soon()
    return Sorted(sorting, len(free), left)


def _may_confirm(live: Placement, theme: Theme) -> bool:
    """The machine placed it there in the meantime; a person says the same."""
    return live.by_id is None and live.theme_id == theme.pk


def _why_left(objection: Objection, live: Placement | None) -> str:
    return "was withdrawn meanwhile" if objection.withdrawn_at else f"was placed in “{live.theme}” meanwhile"


def _refuse(objections: Iterable[Objection], theme: Theme, sorting: Sorting) -> None:
    known = set(
        Refusal.objects.live().filter(theme=theme, objection__in=objections).values_list("objection", flat=True)
    )
    Refusal.objects.bulk_create(
        Refusal(objection=objection, theme=theme, sorting=sorting)
        for objection in objections
        if objection.pk not in known
    )


def _take_back(sorting: Sorting) -> set[int]:
    """Ends what the act placed, also where a merge carried it on; the ids of the objections."""
    hold_voices(sorting.placements.order_by().values("objection"))
    back = set()
    for placement in sorting.placements.select_related("replaces__theme"):
        live = carried_on(placement)
        if live.undone_at is None:
            # The act itself says who took it back: were it said here, the theme would count as refused.
            end_placement(live, by=None)
            revive(placement.replaces)
            back.add(placement.objection_id)
    sorting.placements.filter(objection__in=back).update(guess_rank=None, guess=None)
    return back
