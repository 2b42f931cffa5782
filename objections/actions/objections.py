from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from feedback.figures import forget_figures
from feedback.jobs import queue_job
from feedback.masking import tell_of_words
from feedback.models import User
from objections.actions.placements import guessed, require_active
from objections.models import Objection, Placement, Theme


@transaction.atomic
def log_objection(
    *, objection: Objection, by: User, same_as: Theme | None = None, guesses: Sequence[int] = ()
) -> Objection:
    """Saves a new voice and places it: in the theme it is the same as, else by the model in a moment.

    Stage and outcome are kept as they are now: what is first told after a deal closed was not heard while it was open,
    whatever day is given for it, because a closed deal colours what is remembered. One with the `client_id` of an
    earlier one of theirs is a retry: the earlier one is returned as it is. `guesses` are the ids of the themes that
    were suggested, best first. Raises ThemeGone unless `same_as` is active.
    """
    if objection.client_id and (earlier := _logged_before(objection.client_id, by)):
        return earlier
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
        Placement.objects.create(objection=objection, theme=same_as, by=by, **guessed(same_as, guesses))
    if objection.text == "":
        if any(getattr(objection, column) for column in objection.WORDS):
            tell_of_words([objection])
    else:  # where a person placed it, its words are read and teach the machine
        queue_job(kind="place_objection", payload={"objection": objection.pk}, by=by)
    return objection


def _logged_before(client_id: UUID, by: User) -> Objection | None:
    """Theirs with this id. Holds the person, so that of two requests at once the second finds the first one's row."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    return Objection.objects.filter(author=by, client_id=client_id).first()


@transaction.atomic
def change_objection(*, objection: Objection, by: User) -> Objection:
    """Saves what was edited of a voice. New words are placed anew, unless a person placed it."""
    now = Objection.objects.select_for_update().get(pk=objection.pk)
    changed = [field for field in EDITED if getattr(now, field) != getattr(objection, field)]
    if not changed:
        return now
    was_said = any(getattr(now, field) for field in changed if field in QUOTED)
    for field in changed:
        setattr(now, field, getattr(objection, field))
    if "opportunity_id" in changed:
        now.outcome_when_heard = _outcome_then(now)
    now._history_user = by
    now.save()
    if was_said:
        forget_figures()  # a kept page of a meeting may quote it as it was
    if "text" in changed:
        _forget_old_words(now)
    if "text" in changed and not now.placements.live().by_people().exists():
        now.placements.live().update(undone_at=timezone.now())
        queue_job(kind="place_objection", payload={"objection": now.pk}, by=by)
    elif set(changed) & set(now.WORDS):
        tell_of_words([now])
    return now


def _forget_old_words(objection: Objection) -> None:
    """What was said of the old words, that they fit no theme or are two objections, is not said of the new ones."""
    objection.refusals.live().update(ended_at=timezone.now())
    objection.twos.unsplit().delete()


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
# What a page that quotes it says of it; what only counts may be as old as the page.
QUOTED = (*Objection.WORDS, "is_quote", "opportunity_id")


@transaction.atomic
def withdraw_objection(*, objection: Objection, by: User) -> None:
    """Hides a voice from every count; it stays in the history and can be restored."""
    counted = Objection.objects.live().filter(pk=objection.pk)
    if counted.update(withdrawn_at=timezone.now(), withdrawn_by=by):
        forget_figures()  # a kept page of a meeting may quote it


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
