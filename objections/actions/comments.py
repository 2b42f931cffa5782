from uuid import UUID

from django.db import transaction
from django.utils import timezone

from feedback.masking import tell_of_words
from feedback.models import User
from objections.actions.telling import tell_of_comment, untell_of_comment
from objections.mentioning import as_kept
from objections.models import Comment, ContentRequest


@transaction.atomic
def add_comment(*, request: ContentRequest, text: str, by: User, client_id: UUID | None = None) -> Comment:
    """Says something on a request, and tells whoever is named in it or has to do with it.

    One with the `client_id` of an earlier one of theirs is that one, sent again.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # of two at once the second finds the first one's row
    earlier = client_id and Comment.objects.filter(author=by, client_id=client_id).first()
    if earlier:
        return earlier
    kept, named = as_kept(text)
    comment = Comment(request=request, text=kept, author=by, client_id=client_id)
    return _save(comment, named, by)


@transaction.atomic
def change_comment(*, comment: Comment, text: str, by: User) -> Comment:
    """Other words; the earlier ones stay in its history. Only who was not told of it before is told."""
    row = Comment.objects.select_for_update().get(pk=comment.pk)
    kept, named = as_kept(text)
    if row.withdrawn_at or row.text == kept:
        return row
    row.text = kept
    return _save(row, named, by)


@transaction.atomic
def withdraw_comment(*, comment: Comment, by: User) -> None:
    """Its words are shown to nobody; what nobody has read of it yet is told no more."""
    row = Comment.objects.select_for_update().get(pk=comment.pk)
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by, row._history_user = timezone.now(), by, by
        row.save(update_fields=["withdrawn_at", "withdrawn_by"])
        untell_of_comment(row)


@transaction.atomic
def restore_comment(*, comment: Comment, by: User) -> None:
    row = Comment.objects.select_for_update().get(pk=comment.pk)
    if row.withdrawn_at is not None:
        row.withdrawn_at, row.withdrawn_by, row._history_user = None, None, by
        row.save(update_fields=["withdrawn_at", "withdrawn_by"])
        tell_of_comment(row)


def _save(comment, named, by):
    comment._history_user = by
    comment.save()
    comment.mentioned.set(named)
    tell_of_words([comment])
    tell_of_comment(comment)
    return comment
