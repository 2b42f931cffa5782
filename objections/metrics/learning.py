"""How often the machine's first guess was right, as people placed."""

from dataclasses import dataclass

from feedback.metrics import Share
from feedback.models import User
from objections.models import Placement

OWN, EVERYBODYS = 50, 200  # the last so many placements: what it has learned by now, not what it once was


@dataclass(frozen=True)
class Guessed:
    """Of a person's last placements, or of everybody's: those in the theme guessed first, and in one of three."""

    first: Share
    in_three: Share

    def __bool__(self):
        return self.first.whole > 0


def guessed(by: User | None = None) -> Guessed:
    """One query. What was taken back, and what a proposal placed (one that is rejected leaves no placement, so that
    counting those would flatter), is left out.
    """
    placed = Placement.objects.by_people().filter(guess_rank__isnull=False, undone_by=None, proposal=None)
    placed = placed.filter(by=by) if by else placed
    ranks = list(placed.order_by("-id").values_list("guess_rank", flat=True)[: OWN if by else EVERYBODYS])
    return Guessed(Share(ranks.count(1), len(ranks)), Share(sum(1 for rank in ranks if rank), len(ranks)))
