"""A note that may hold two objections: kept as one or made two by a person, and the way back."""

from django.db import transaction
from django.utils import timezone

from feedback.jobs import queue_job
from feedback.models import User
from objections.actions.objections import change_objection, withdraw_objection
from objections.models import Objection, TwoInOne

CARRIED = (
    "opportunity_id",
    "review_id",
    "is_quote",
    "kind",
    "weight",
    "raised_by",
    "stage",
    "outcome_when_heard",
    "competitor_id",
    "product_id",
    "heard_on",
    "author_id",
)


class ChangedSince(ValueError):
    """One of the two was reworded or withdrawn since, so they are not put together again."""


@transaction.atomic
def make_two(*, two: TwoInOne, by: User) -> Objection:
    """Leaves the first half in the objection and logs the second as one of its own; gives the second.

    Both are placed anew, the first only if no person placed it. Doing it again gives the second that was made.
    """
    objection, two = _held(two)
    if two.split_at:
        return two.made
    two.kept_at = two.kept_by = None
    two.split_at, two.split_by = timezone.now(), by
    two.save()
    logged_at = objection.logged_at
    objection.text = two.first
    change_objection(objection=objection, by=by)
    second = Objection(text=two.second, split_of=objection, **{name: getattr(objection, name) for name in CARRIED})
    second._history_user = by
    second.save()
    Objection.objects.filter(pk=second.pk).update(logged_at=logged_at)
    queue_job(kind="place_objection", payload={"objection": second.pk}, by=by)
    two.made = second
    two.save(update_fields=["made"])
    return second


@transaction.atomic
def keep_as_one(*, two: TwoInOne, by: User) -> TwoInOne:
    """Remembers that it is one objection until its words change. One that was made two is left so."""
    _, two = _held(two)
    if two.is_open:
        two.kept_at, two.kept_by = timezone.now(), by
        two.save(update_fields=["kept_at", "kept_by"])
    return two


@transaction.atomic
def undo_two(*, two: TwoInOne, by: User) -> TwoInOne:
    """Asks again: puts the words together in the first objection and withdraws the second, or forgets it was kept.

    Raises ChangedSince, with nothing changed, when one of the two was changed since.
    """
    objection, two = _held(two)
    if two.split_at:
        _put_together(objection, two, by)
    two.split_at = two.split_by = two.made = two.kept_at = two.kept_by = None
    two.save()
    return two


def _put_together(objection: Objection, two: TwoInOne, by: User) -> None:
    before = objection.history.filter(history_date__lt=two.split_at).order_by("-history_date", "-history_id").first()
    second = two.made
    unchanged = objection.text == two.first and second and second.text == two.second and not second.withdrawn_at
    if before is None or not unchanged:
        raise ChangedSince("One of the two was changed since. Correct one and withdraw the other instead.")
    objection.text = before.text
    change_objection(objection=objection, by=by)
    withdraw_objection(objection=second, by=by)


def _held(two: TwoInOne) -> tuple[Objection, TwoInOne]:
    objection = Objection.objects.select_for_update().get(pk=two.objection_id)
    return objection, TwoInOne.objects.select_for_update().get(pk=two.pk)
