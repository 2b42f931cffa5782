"""A new objection finds its theme."""

from collections.abc import Callable

from django.db.models import Q
from django.utils import timezone

from objections import nlp
from objections.actions.moving import hold_themes
from objections.models import Objection, Placement, Theme
from objections.theming.matching import current_index
from objections.theming.vectors import encoder_name, store_vector, text_hash


def place_by_model(objection: Objection) -> Callable[[], int | None]:
    """Reads the text and finds its theme now; the function returned writes the outcome, inside a transaction.

    It gives the id of the theme the objection stands in afterwards, or None. It leaves alone what a person placed,
    what was placed with these very words already, and what changed in the meantime.
    """
    vector = nlp.encode([objection.text])[0]
    (matches,) = current_index().match(vector[None], limit=1)
    best = next((match for match in matches if match.is_sure), None)

    def write() -> int | None:
        theme = hold_themes(best.theme)[best.theme] if best else None
        now = Objection.objects.select_for_update().live().filter(pk=objection.pk, text=objection.text).first()
        if now is None:
            return None
        live = now.placements.live().first()
        was_read = _read_before(now)
        store_vector(now, vector)
        if live and (live.by_id or was_read):
            return live.theme_id
        may_hold = theme is not None and _may_hold(theme, now)
        return _put(now, live, best if may_hold else None)

    return write


def _read_before(objection: Objection) -> bool:
    vector = getattr(objection, "vector", None)
    return bool(vector and vector.encoder == encoder_name() and vector.text_hash == text_hash(objection.text))


def _put(objection: Objection, live: Placement | None, best) -> int | None:
    theme = best.theme if best else None
    if live and live.theme_id == theme:
        return theme
    if live:
        Placement.objects.filter(pk=live.pk).update(undone_at=timezone.now())
    if theme:
        Placement.objects.create(objection=objection, theme_id=theme, confidence=best.confidence, replaces=live)
    return theme


def _may_hold(theme: Theme, objection: Objection) -> bool:
    """Not a theme that was merged or retired meanwhile, nor one that a person took the objection out of or refused."""
    taken_out = objection.placements.filter(theme=theme, undone_by__isnull=False).exists()
    refused = objection.refusals.live().filter(Q(theme=theme) | Q(theme=None)).exists()
    return theme.is_active and not taken_out and not refused
