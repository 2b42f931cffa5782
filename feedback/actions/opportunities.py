import uuid
from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from feedback.actions.reviews import hand_over_draft
from feedback.models import Assignment, Exclusion, Opportunity, Snooze, Source, User

TOGETHER = {"outcome", "closed_on"}  # one without the other makes no sense


@transaction.atomic
def make_opportunity(*, opportunity: Opportunity, by: User) -> Opportunity:
    """Saves a deal made by hand; its id in the source "portal" is its own number."""
    opportunity.source = Source.objects.get(name=Source.PORTAL)
    opportunity.external_id = f"new-{uuid.uuid4()}"
    opportunity._history_user = by
    opportunity.save_without_historical_record()
    opportunity.external_id = str(opportunity.pk)
    opportunity.save(update_fields=["external_id"])
    return opportunity


@transaction.atomic
def change_opportunity(*, opportunity: Opportunity, fields: Iterable[str], by: User | None) -> Opportunity:
    """Saves `fields` as they stand in `opportunity`; what an import changed of the others meanwhile stays.

    A deal that was reopened, or closed the other way, keeps its review as history.
    """
    fields = {*fields}
    if fields & TOGETHER:
        fields |= TOGETHER
    held = Opportunity.objects.select_for_update().get(pk=opportunity.pk)
    outcome, owner = held.outcome, held.owner_id
    for name in fields:
        setattr(held, name, getattr(opportunity, name))
    held._history_user = by
    held.save(update_fields=fields)
    if held.outcome != outcome:
        held.reviews.live().update(archived_at=timezone.now())
        held.exclusions.live().update(undone_at=timezone.now(), undone_by=by)
    if held.owner_id != owner:
        held.snoozes.live().update(ended_at=timezone.now())
    hand_over_draft(held)
    return held


@transaction.atomic
def reassign_review(*, opportunity: Opportunity, to: User, by: User) -> Assignment:
    """Hands the owed review to somebody; handing it to who has it already changes nothing."""
    opportunity = Opportunity.objects.select_for_update().get(pk=opportunity.pk)
    live = opportunity.assignments.filter(ended_at=None).first()
    if live and live.to_id == to.pk:
        return live
    opportunity.assignments.filter(ended_at=None).update(ended_at=timezone.now())
    opportunity.snoozes.live().update(ended_at=timezone.now())  # somebody else's "not now" is not theirs
    assignment = Assignment.objects.create(opportunity=opportunity, to=to, by=by)
    hand_over_draft(opportunity)
    return assignment


@transaction.atomic
def exclude_from_reviews(*, opportunity: Opportunity, reason: str, reminders_only: bool, by: User) -> Exclusion:
    """Leaves a lost deal out of the owed reviews, or only out of reminders.

    An exclusion in force is replaced; the same one said again stays.
    """
    opportunity = Opportunity.objects.select_for_update().get(pk=opportunity.pk)
    same = opportunity.exclusions.live().filter(reason=reason, reminders_only=reminders_only).first()
    if same:
        return same
    opportunity.exclusions.live().update(undone_at=timezone.now(), undone_by=by)
    return Exclusion.objects.create(opportunity=opportunity, reason=reason, reminders_only=reminders_only, by=by)


@transaction.atomic
def undo_exclusion(*, exclusion: Exclusion, by: User) -> None:
    Exclusion.objects.live().filter(pk=exclusion.pk).update(undone_at=timezone.now(), undone_by=by)


@transaction.atomic
def snooze_review(*, opportunity: Opportunity, until: date, by: User) -> Snooze:
    """Puts the owed review off until a day; another day takes the place of the one before."""
    opportunity = Opportunity.objects.select_for_update().get(pk=opportunity.pk)
    live = opportunity.snoozes.live().first()
    if live and live.until == until and live.by_id == by.pk:
        return live
    opportunity.snoozes.live().update(ended_at=timezone.now())
    return Snooze.objects.create(opportunity=opportunity, until=until, by=by)


def end_snooze(*, snooze: Snooze) -> None:
    Snooze.objects.live().filter(pk=snooze.pk).update(ended_at=timezone.now())
