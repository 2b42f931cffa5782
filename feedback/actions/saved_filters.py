"""Keeping filters of lists."""

from django.db import transaction

from feedback.models import SavedFilter


@transaction.atomic
def keep_filter(*, saved: SavedFilter) -> SavedFilter:
    """Saves a filter; of one person and list at most one is the default, the one saved last."""
    if saved.is_default:
        others = SavedFilter.objects.filter(owner=saved.owner, is_default=True).for_list(saved.list)
        others.exclude(pk=saved.pk).update(is_default=False)
    saved.save()
    return saved
