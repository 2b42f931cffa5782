from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from feedback.actions.meetings import open_meeting
from feedback.meanwhile import WrittenMeanwhile, crossed
from feedback.models import Action, Decision, Meeting, User

AIM = ("aim", "hoped")  # neither is anything without the other


@transaction.atomic
def add_decision(*, meeting: Meeting, decision: Decision, by: User) -> Decision:
    decision.meeting, decision.by = open_meeting(meeting), by
    decision.save()
    return decision


@transaction.atomic
def change_decision(
    *, decision: Decision, fields: list[str], by: User, before: Mapping[str, object] | None = None
) -> Decision:
    """Saves what was changed of `fields`. `before` is what stood in them when the writer read them. The number it aims
    at and the way that should move are saved together; what another number said once is forgotten.

    Raises `WrittenMeanwhile` for fields in which something else stands now; then nothing is saved.
    """
    open_meeting(decision.meeting)
    fields = list(dict.fromkeys([*fields, *(AIM if set(AIM) & set(fields) else ())]))
    standing = Decision.objects.select_related("changed_by", "by").get(pk=decision.pk)
    if found := crossed(decision, standing, fields, before or {}):
        by, at = standing.changed_by or standing.by, standing.changed_at or standing.at
        raise WrittenMeanwhile(standing, found, by=by, at=at)
    decision.changed_by, decision.changed_at = by, timezone.now()
    decision.aim_then = standing.aim_then if decision.aim == standing.aim else None
    decision.save(update_fields=[*fields, "aim_then", "changed_by", "changed_at"])
    return decision


@transaction.atomic
def add_action(*, meeting: Meeting, action: Action, by: User) -> Action:
    action.meeting, action.by = open_meeting(meeting), by
    action.save()
    return action


@transaction.atomic
def change_action(*, action: Action, fields: list[str], before: Mapping[str, object] | None = None) -> Action:
    """Saves what was changed of `fields`; also after the close, for promises move on and what was frozen does not.

    `before` and `WrittenMeanwhile` as in `change_decision`.
    """
    standing = Action.objects.select_for_update().get(pk=action.pk)
    if found := crossed(action, standing, fields, before or {}):
        last = standing.history.select_related("history_user").first()
        raise WrittenMeanwhile(standing, found, by=last.history_user, at=last.history_date)
    action.save(update_fields=fields)
    return action


@transaction.atomic
def delete_from_meeting(*, row: Decision | Action) -> None:
    """Takes a decision or an action out of a meeting that is still being prepared."""
    open_meeting(row.meeting)
    row.delete()


@transaction.atomic
def end_action(*, action: Action, by: User) -> None:
    """Marks it done; the first to say so is kept."""
    action = Action.objects.select_for_update().get(pk=action.pk)
    if action.done_at is None:
        action.done_at, action.done_by = timezone.now(), by
        action.save(update_fields=["done_at", "done_by"])


@transaction.atomic
def resume_action(*, action: Action) -> None:
    """Takes "done" back; what is not done stays as it is."""
    action = Action.objects.select_for_update().get(pk=action.pk)
    if action.done_at is not None:
        action.done_at = action.done_by = None
        action.save(update_fields=["done_at", "done_by"])
