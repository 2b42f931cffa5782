from django.db import transaction
from django.utils import timezone

from feedback.models import User
from objections.actions.placements import require_active
from objections.models import Pin, Theme


@transaction.atomic
def pin_theme(*, theme: Theme, reason: str, by: User) -> Pin:
    """Puts the theme first in triage and says why. One that is pinned stays as it is, with the reason it has.

    Raises ThemeGone unless the theme is active.
    """
    require_active(theme)
    live = Pin.objects.live().filter(theme=theme).first()
    return live or Pin.objects.create(theme=theme, reason=reason, by=by)


@transaction.atomic
def undo_pin(*, pin: Pin, by: User) -> None:
    """Lets the theme stand where its score puts it. Undoing twice changes nothing."""
    Pin.objects.live().filter(pk=pin.pk).update(undone_at=timezone.now(), undone_by=by)


def restore_pin(*, pin: Pin, by: User) -> Pin:
    """Pins again for the same reason: a new pin, so that who took out the old one stays known.

    Gives the pin that holds if somebody pinned the theme anew meanwhile. Raises ThemeGone unless the theme is active.
    """
    return pin_theme(theme=pin.theme, reason=pin.reason, by=by)
