"""Which lost deals a meeting might discuss, and why; apps above add grounds in `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass

from feedback.metrics import Period
from feedback.models import Meeting, Opportunity

OFFERED = 12  # deals at once


@dataclass(frozen=True)
class Ground:
    """One reason to talk about a deal: `find(period)` gives deal id → why, in a sentence, the best first."""

    key: str
    position: int
    label: str
    find: Callable[[Period], dict[int, str]]


@dataclass(frozen=True)
class Suggestion:
    """A deal with all that speaks for it: (label, why) of each ground."""

    deal: Opportunity
    grounds: list[tuple[str, str]]


grounds: dict[str, Ground] = {}


def add_ground(ground: Ground) -> None:
    grounds[ground.key] = ground


def suggestions(meeting: Meeting, *, without: list[Opportunity] = (), limit: int = OFFERED) -> list[Suggestion]:
    """Deals of the meeting's period, each once: first those with most grounds, then by their best place in one."""
    left_out, why, best = {deal.pk for deal in without}, {}, {}
    for ground in sorted(grounds.values(), key=lambda each: each.position):
        for place, (pk, words) in enumerate(ground.find(meeting.period).items()):
            if pk not in left_out:
                why.setdefault(pk, []).append((ground.label, words))
                best[pk] = min(best.get(pk, place), place)
    chosen = sorted(why, key=lambda pk: (-len(why[pk]), best[pk], pk))[:limit]
    deals = Opportunity.objects.select_related("account").in_bulk(chosen)
    return [Suggestion(deals[pk], why[pk]) for pk in chosen]
