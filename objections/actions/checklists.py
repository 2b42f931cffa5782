from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from feedback.models import User
from objections.actions.moves import locked
from objections.checklists import first_items
from objections.models import ChecklistItem, ContentRequest


def make_checklist(*, request: ContentRequest, by: User) -> None:
    """What content of this type usually has to pass; a request that has, or had, a list of its own keeps that."""
    if not request.checklist.exists():
        texts = enumerate(first_items(request.type), start=1)
        now = timezone.now()
        ChecklistItem.objects.bulk_create(
            ChecklistItem(request=request, text=text, position=position, by=by, at=now) for position, text in texts
        )


@transaction.atomic
def add_item(*, request: ContentRequest, text: str, by: User) -> ChecklistItem:
    """Adds to the end of the list. What stands on it already, and open, is not added again."""
    row = locked(request)
    same = row.checklist.still_open().filter(text=text).first()
    if same:
        return same
    last = row.checklist.aggregate(last=Max("position"))["last"] or 0
    return ChecklistItem.objects.create(request=row, text=text, position=last + 1, by=by)


@transaction.atomic
def tick_item(*, item: ChecklistItem, done: bool, by: User) -> ChecklistItem:
    """Done, or not yet after all; who ticked it first stays."""
    row = ChecklistItem.objects.select_for_update().get(pk=item.pk)
    if row.is_done != done:
        row.done_by, row.done_at = (by, timezone.now()) if done else (None, None)
        row.save(update_fields=["done_by", "done_at"])
    return row


@transaction.atomic
def remove_item(*, item: ChecklistItem, by: User) -> None:
    """Takes it off the list; `restore_item` puts it back in its place."""
    ChecklistItem.objects.kept().filter(pk=item.pk).update(removed_by=by, removed_at=timezone.now())


@transaction.atomic
def restore_item(*, item: ChecklistItem) -> None:
    ChecklistItem.objects.filter(pk=item.pk).update(removed_by=None, removed_at=None)


@transaction.atomic
def move_item_up(*, item: ChecklistItem) -> None:
    """Changes places with the one before it; the first stays where it is."""
    locked(item.request)
    kept = list(item.request.checklist.kept())
    place = next((at for at, row in enumerate(kept) if row.pk == item.pk), 0)
    if place:
        kept[place - 1 : place + 1] = kept[place], kept[place - 1]
        for position, row in enumerate(kept, start=1):
            row.position = position
        ChecklistItem.objects.bulk_update(kept, ["position"])
