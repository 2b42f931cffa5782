"""How often the machine's first guess was right, as people placed."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from feedback.metrics import Share
from feedback.models import User
from objections.models import Placement

OWN, EVERYBODYS = 50, 200  # the last so many placements: what it has learned by now, not what it once was
STRETCH, STRETCHES = 50, 24  # placements of one mark of its course, and marks


@dataclass(frozen=True)
class Guessed:
    """Of a person's last placements, or of everybody's: those in the theme guessed first, and in one of three."""

    first: Share
    in_three: Share

    def __bool__(self):
        return self.first.whole > 0


@dataclass(frozen=True)
class Stretch:
    """Fifty placements in a row, when the first and the last was made, and what was guessed of them."""

    since: datetime
    until: datetime
    guessed: Guessed


def guessed(by: User | None = None) -> Guessed:
    """Definition "right-at-first-guess". One query."""
    placed = _asked().filter(by=by) if by else _asked()
    return _of(list(placed.values_list("guess_rank", flat=True)[: OWN if by else EVERYBODYS]))


def guessed_course() -> list[Stretch]:
    """Everybody's placements by fifties, oldest first and counted from the newest back: what is left over of the first
    is left out, unless there is nothing else. One query.
    """
    newest = list(_asked().values_list("guess_rank", "at")[: STRETCH * STRETCHES])
    whole = len(newest) // STRETCH * STRETCH or len(newest)
    rows = newest[:whole][::-1]
    parts = [rows[start : start + STRETCH] for start in range(0, len(rows), STRETCH)]
    return [Stretch(part[0][1], part[-1][1], _of([rank for rank, _ in part])) for part in parts]


def moved_on() -> Share:
    """Of what the machine placed by itself, and stands there or was ended by a person, how much that person put in
    another theme or took out. Most of it nobody has looked at. One query.
    """
    # Whoever confirms one ends it, too, by a placement of their own in the same theme.
    confirmed = Exists(Placement.objects.by_people().filter(replaces=OuterRef("pk"), theme=OuterRef("theme")))
    placed = Placement.objects.filter(by=None, merge=None, split=None, proposal=None, objection__withdrawn_at=None)
    placed = placed.filter(Q(undone_at=None) | Q(undone_by__isnull=False))
    counts = placed.aggregate(part=Count("pk", filter=Q(undone_by__isnull=False) & ~confirmed), whole=Count("pk"))
    return Share(**counts)


def _asked():
    """What people placed where the machine had guesses, newest first. What was taken back, and what a proposal placed
    (one that is rejected leaves no placement, so that counting those would flatter), is left out.
    """
    placed = Placement.objects.by_people().filter(guess_rank__isnull=False, undone_by=None, proposal=None)
    return placed.order_by("-id")


def _of(ranks: list[int]) -> Guessed:
    return Guessed(Share(ranks.count(1), len(ranks)), Share(sum(1 for rank in ranks if rank), len(ranks)))
