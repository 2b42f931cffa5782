from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from feedback.actions.notifications import notify
from feedback.belongings import belongings
from feedback.models import User


@transaction.atomic
def hand_over(*, holder: User, keys: Iterable[str], to: User, by: User) -> list[str]:
    """Gives all that `holder` has of these kinds to somebody, who is told. Says what it was: `["3 open deals"]`.

    Raises ValueError when the person cannot have one of the kinds; then nothing changes hands.
    """
    kinds = sorted((belongings[key] for key in keys), key=lambda belonging: belonging.position)
    refused = next((kind for kind in kinds if not kind.may_take(to)), None)
    if refused:
        raise ValueError(f"{to} cannot have {refused.many}. {refused.whom}")
    counts = [(kind, kind.hand_over(holder=holder, to=to, by=by)) for kind in kinds]
    told = [kind.counted(count) for kind, count in counts if count]
    if told and to != by:
        words = f"{by} handed you what {holder} had: {', '.join(told)}"
        key = f"handed:{holder.pk}:{to.pk}:{timezone.now():%Y%m%d%H%M%S%f}"
        notify(users=[to], kind="handed", key=key, title=words, url=reverse("feedback:home"))
    return told
