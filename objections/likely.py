"""Before a call: what is likely to come up on an open deal, and what works against it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from feedback.models import Opportunity, User
from objections.metrics import Likely, Uses, likely_themes
from objections.models import Answer, Collateral, Placement, Theme, Usage
from objections.models.objections import Ending
from objections.permissions import can_record_usage
from objections.suggestions import best_pieces

MOST = 5
OWED = 2  # of those, at most so many places for what was heard here and not accepted, unless others leave room


@dataclass(frozen=True)
class Expected:
    """A theme to be ready for; `is_heard` says it was heard on this very deal, `is_settled` that the buyer accepted."""

    theme: Theme
    likely: Likely | None
    is_heard: bool = False
    is_settled: bool = False
    answer: Answer | None = None
    piece: Collateral | None = None
    uses: Uses = field(default_factory=Uses)
    is_used: bool = False

    @property
    def why(self) -> str:
        """Heard on this deal, on others like it, or both; in words."""
        here = "the buyer accepted the answer" if self.is_settled else "heard on this deal, not settled"
        return "; ".join(part for part in (here if self.is_heard else "", str(self.likely or "")) if part)


def expected_on(opportunity: Opportunity, user: User) -> Sequence[Expected]:
    """At most five themes. Twelve queries, however many deals, themes and pieces there are.

    What was heard on this deal and not accepted comes first: nothing is likelier to come back in the next call, and an
    answer to it is owed. Then what was not heard here, by how likely it is; what is settled comes last, if it has room.
    """
    found = {likely.theme: likely for likely in likely_themes(opportunity, timezone.localdate())}
    here = _heard_here(opportunity)
    order = _in_order(list(found), here)
    themes = Theme.objects.active().in_bulk(order)
    answers = {answer.theme_id: answer for answer in Answer.objects.filter(theme__in=order, retired_at=None)}
    pieces = best_pieces(order)
    used = set(Usage.objects.filter(opportunity=opportunity, by=user).values_list("collateral", flat=True))
    expected = []
    for pk in (pk for pk in order if pk in themes):  # one may have been retired a moment ago
        piece, uses = pieces.get(pk, (None, Uses()))
        is_used = piece is not None and piece.pk in used
        heard, settled = pk in here, here.get(pk, False)
        expected.append(Expected(themes[pk], found.get(pk), heard, settled, answers.get(pk), piece, uses, is_used))
    return expected


def can_use_on(user: User, opportunity: Opportunity) -> bool:
    """Say that one used something on a deal: its owner does, who talked to the buyer."""
    return can_record_usage(user) and opportunity.owner_id == user.pk


def _heard_here(opportunity: Opportunity) -> dict[int, bool]:
    """By active theme heard on the deal, the last heard first: whether the buyer accepted the answer at last."""
    placed = Placement.objects.counted().filter(objection__opportunity=opportunity, theme__state="active")
    rows = placed.order_by("-objection__heard_on", "-objection").values_list("theme", "objection__ending")
    here = {}
    for theme, ending in rows:
        here.setdefault(theme, ending == Ending.ACCEPTED)
    return here


def _in_order(likely: list[int], here: dict[int, bool]) -> list[int]:
    owed = [theme for theme, settled in here.items() if not settled]
    settled = [theme for theme, settled in here.items() if settled]
    new = [theme for theme in likely if theme not in here]
    first = owed[: max(OWED, MOST - len(new))]
    return [*first, *new, *settled][:MOST]
