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
    """Saves what was edited of a voice. New words are placed anew, unless a person placed it."""
    now = Objection.objects.select_for_update().get(pk=objection.pk)
    changed = [field for field in EDITED if getattr(now, field) != getattr(objection, field)]
    if not changed:
        return now
    for field in changed:
        setattr(now, field, getattr(objection, field))
    if "opportunity_id" in changed:
        now.outcome_when_heard = _outcome_then(now)
    now._history_user = by
    now.save()
    if "text" in changed and not now.placements.live().by_people().exists():
        now.placements.live().update(undone_at=timezone.now())
        queue_job(kind="place_objection", payload={"objection": now.pk}, by=by)
    return now


EDITED = (
    "opportunity_id",
    "text",
    "is_quote",
    "weight",
    "kind",
    "raised_by",
    "stage",
    "competitor_id",
    "product_id",
    "answer_used",
    "ending",
    "heard_on",
)


@transaction.atomic
def withdraw_objection(*, objection: Objection, by: User) -> None:
    """Hides a voice from every count; it stays in the history and can be restored."""
    Objection.objects.live().filter(pk=objection.pk).update(withdrawn_at=timezone.now(), withdrawn_by=by)


@transaction.atomic
def restore_objection(*, objection: Objection, by: User) -> None:
    """Lets a withdrawn voice count again; one with words that stands in no theme is placed by the model in a moment."""
    withdrawn = Objection.objects.filter(pk=objection.pk, withdrawn_at__isnull=False)
    if not withdrawn.update(withdrawn_at=None, withdrawn_by=None):
        return
    if Objection.objects.unthemed().exclude(text="").filter(pk=objection.pk).exists():
        queue_job(kind="place_objection", payload={"objection": objection.pk}, by=by)


def _outcome_then(objection: Objection) -> str:
    """The outcome of its deal when the voice was logged, as far as the day the deal closed tells; blank for no deal."""
    deal = objection.opportunity
    if deal is None:
        return ""
    was_open = deal.closed_on and timezone.localdate(objection.logged_at) < deal.closed_on
    return "open" if was_open else deal.outcome
