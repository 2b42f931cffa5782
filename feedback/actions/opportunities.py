import uuid

from django.db import transaction
from django.utils import timezone

from feedback.models import Assignment, Exclusion, Opportunity, Source, User


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
def change_opportunity(*, opportunity: Opportunity, by: User | None) -> Opportunity:
    """Saves changed fields. A deal that was reopened, or closed the other way, keeps its review as history."""
    before = Opportunity.objects.select_for_update().get(pk=opportunity.pk)
    opportunity._history_user = by
    opportunity.save()
    if before.outcome != opportunity.outcome:
        opportunity.reviews.live().update(archived_at=timezone.now())
        opportunity.exclusions.live().update(undone_at=timezone.now(), undone_by=by)
    return opportunity


@transaction.atomic
def reassign_review(*, opportunity: Opportunity, to: User, by: User) -> Assignment:
    """Hands the owed review to somebody; handing it to who has it already changes nothing."""
    live = opportunity.assignments.select_for_update().filter(ended_at=None).first()
    if live and live.to_id == to.pk:
        return live
    opportunity.assignments.filter(ended_at=None).update(ended_at=timezone.now())
    return Assignment.objects.create(opportunity=opportunity, to=to, by=by)


@transaction.atomic
def exclude_from_reviews(*, opportunity: Opportunity, reason: str, reminders_only: bool, by: User) -> Exclusion:
    """Leaves a lost deal out of the owed reviews, or only out of reminders; an exclusion in force is replaced."""
    opportunity.exclusions.live().update(undone_at=timezone.now(), undone_by=by)
    return Exclusion.objects.create(opportunity=opportunity, reason=reason, reminders_only=reminders_only, by=by)


@transaction.atomic
def undo_exclusion(*, exclusion: Exclusion, by: User) -> None:
    Exclusion.objects.live().filter(pk=exclusion.pk).update(undone_at=timezone.now(), undone_by=by)
