from django.db import transaction

from feedback.models import Action, ActionUpdate, User


@transaction.atomic
def say_how_it_stands(*, action: Action, text: str, by: User) -> ActionUpdate:
    """Adds a word on how an action stands; the same word again right after changes nothing."""
    last = action.updates.first()
    if last and (last.text, last.by_id) == (text, by.pk):
        return last
    return action.updates.create(text=text, by=by)
