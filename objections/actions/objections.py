from django.db import transaction
from django.utils import timezone

from feedback.jobs import queue_job
from feedback.models import User
from objections.actions.placements import require_active
from objections.models import Objection, Placement, Theme


@transaction.atomic
def log_objection(*, objection: Objection, by: User, same_as: Theme | None = None) -> Objection:
    """Saves a new voice and places it: in the theme it is the same as, else by the model in a moment.

    Stage and outcome are kept as they are now: what is first told after a deal closed was not heard while it was open,
    whatever day is given for it, because a closed deal colours what is remembered. Raises ThemeGone unless `same_as` is
    active.
    """
    if same_as is not None:
        require_active(same_as)
    deal = objection.opportunity
    objection.author = by
    objection.outcome_when_heard = deal.outcome if deal else ""
    objection.stage = objection.stage or (deal.stage if deal else "")
    objection.heard_on = objection.heard_on or timezone.localdate()
    objection._history_user = by
    objection.save()
    if same_as is not None:
        Placement.objects.create(objection=objection, theme=same_as, by=by)
    else:
        queue_job(kind="place_objection", payload={"objection": objection.pk}, by=by)
    return objection


@transaction.atomic
def change_objection(*, objection: Objection, by: User) -> Objection:
    """Saves an edited voice. New words are placed anew, unless a person placed it."""
    before = Objection.objects.select_for_update().get(pk=objection.pk)
    if before.opportunity_id != objection.opportunity_id:
        objection.outcome_when_heard = objection.opportunity.outcome if objection.opportunity else ""
    objection._history_user = by
    objection.save()
    placed_by_person = objection.placements.live().by_people().exists()
    if before.text != objection.text and not placed_by_person:
        objection.placements.live().update(undone_at=timezone.now())
        queue_job(kind="place_objection", payload={"objection": objection.pk}, by=by)
    return objection


@transaction.atomic
def withdraw_objection(*, objection: Objection, by: User) -> None:
    """Hides a voice from every count; it stays in the history and can be restored."""
    Objection.objects.live().filter(pk=objection.pk).update(withdrawn_at=timezone.now(), withdrawn_by=by)


@transaction.atomic
def restore_objection(*, objection: Objection, by: User) -> None:
    Objection.objects.filter(pk=objection.pk).update(withdrawn_at=None, withdrawn_by=None)
