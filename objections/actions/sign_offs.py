from django.db import transaction

from feedback.models import User
from objections.actions.moves import locked
from objections.actions.telling import tell_of_sign_off
from objections.models import ContentRequest, SignOff, Version
from objections.models.content import RequestState
from objections.models.sign_offs import Opinion
from objections.workflow import MoveRefused


def newest_version(request: ContentRequest) -> Version | None:
    """The last version added of what was made for it."""
    return Version.objects.filter(collateral__request=request).order_by("-pk").select_related("collateral").first()


@transaction.atomic
def sign_off(*, request: ContentRequest, by: User, seen: int | None, words: str = "") -> SignOff:
    """Says that what was made fits; `seen` is the id of the version looked at, None where there is none yet.

    Again for the same version changes nothing. Raises `MoveRefused` outside of a review, and where a newer version
    came while they looked.
    """
    row = locked(request)
    if row.state != RequestState.IN_REVIEW:
        raise MoveRefused(f"It is {row.get_state_display().lower()}. Only what is in review is signed off.")
    newest = newest_version(row)
    if seen != (newest.pk if newest else None):
        raise MoveRefused("Another version was added while you looked. Look at that one, then sign off.")
    last = row.sign_offs.filter(by=by).last()
    if last and last.verdict == Opinion.FITS and last.version_id == seen:
        return last
    signed = SignOff.objects.create(request=row, by=by, verdict=Opinion.FITS, words=words.strip(), version=newest)
    tell_of_sign_off(signed)
    return signed
