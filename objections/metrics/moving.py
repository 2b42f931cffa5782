from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from math import exp, lgamma

from django.db.models import Count, Min, QuerySet

from feedback.metrics import Period, Share
from objections.metrics.pairs import pairs
from objections.models import Placement

FALSE = 0.1  # of those named, the share that may be there by chance
HEARD_ANEW = 2  # deals on which a theme is heard that is called new
CLOSE = 1 + 1e-9  # tables as likely as the one found, but for rounding


@dataclass(frozen=True)
class Move:
    """A theme's share of the deals on which anything was heard, now and in the period before.

    `chance` is how likely shares as far apart are where nothing has changed, 0 to 1; `is_clear` whether that is too
    unlikely after the correction for how many themes were looked at. `first` is the day it was first heard at all.
    """

    theme: int
    now: Share
    before: Share
    first: date
    chance: float
    is_clear: bool = False

    @property
    def growth(self) -> float:
        """Points of share, -1 to 1; no deals in a period are a share of nought."""
        return (self.now.value or 0) - (self.before.value or 0)


@dataclass(frozen=True)
class Moving:
    """Themes by what became of them, the clearest first; `unclear` are those that moved, but not beyond chance, the
    largest move first."""

    rising: tuple[Move, ...]
    falling: tuple[Move, ...]
    new: tuple[Move, ...]
    unclear: tuple[Move, ...]


def moving_themes(themes: QuerySet, period: Period, before: Period) -> Moving:
    """Definition "rising, falling and new themes", of deals with a voice heard in each of the periods. Five queries."""
    now, then = _deals_by_theme(themes, period), _deals_by_theme(themes, before)
    all_now, all_then = _deals(period), _deals(before)
    heard = {*now, *then}
    counted = Placement.objects.counted().filter(theme__in=heard).order_by().values("theme")
    first = dict(counted.annotate(first=Min("objection__heard_on")).values_list("theme", "first"))
    moves = [_move(pk, Share(now.get(pk, 0), all_now), Share(then.get(pk, 0), all_then), first[pk]) for pk in heard]
    new = [move for move in moves if move.first >= period[0] and move.now.part >= HEARD_ANEW]
    known = with_clear([move for move in moves if move.first < period[0]])
    clear = sorted((move for move in known if move.is_clear), key=lambda move: (move.chance, move.theme))
    return Moving(
        rising=tuple(move for move in clear if move.growth > 0),
        falling=tuple(move for move in clear if move.growth < 0),
        new=tuple(sorted(new, key=lambda move: (-move.now.part, move.theme))),
        unclear=tuple(
            sorted(
                (move for move in known if not move.is_clear and move.growth),
                key=lambda move: (-abs(move.growth), move.theme),
            )
        ),
    )


def with_clear(moves: Iterable[Move]) -> list[Move]:
    """The same with `is_clear` set so that of those set the expected share of false ones is at most `FALSE`: Benjamini
    and Hochberg, Controlling the false discovery rate (Journal of the Royal Statistical Society B 57:289, 1995)."""
    ordered = sorted(moves, key=lambda move: (move.chance, move.theme))
    below = [rank for rank, move in enumerate(ordered, 1) if move.chance <= FALSE * rank / len(ordered)]
    last = max(below, default=0)
    return [replace(move, is_clear=rank <= last) for rank, move in enumerate(ordered, 1)]


def chance_of(one: Share, other: Share) -> float:
    """How likely two shares are at least as unlike as these where nothing sets them apart, 0 to 1: the two-sided exact
    test of Fisher, Statistical methods for research workers (5th edition, 1934), section 21.02, which adds up all
    tables with the same sums that are as likely as this one or less.
    """
    hits, n = one.part + other.part, one.whole + other.whole
    lowest, highest = max(0, hits - other.whole), min(hits, one.whole)
    likely = {
        part: exp(_log_ways(one.whole, part) + _log_ways(other.whole, hits - part) - _log_ways(n, hits))
        for part in range(lowest, highest + 1)
    }
    return min(1.0, sum(p for p in likely.values() if p <= likely[one.part] * CLOSE))


def _log_ways(n: int, k: int) -> float:
    """Logarithm of the number of ways to choose k of n."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _move(theme: int, now: Share, before: Share, first: date) -> Move:
    return Move(theme, now, before, first, chance_of(now, before))


def _heard(period: Period) -> QuerySet:
    return Placement.objects.counted().filter(objection__heard_on__range=period).exclude(objection__opportunity=None)


def _deals(period: Period) -> int:
    return _heard(period).aggregate(n=Count("objection__opportunity", distinct=True))["n"]


def _deals_by_theme(themes: QuerySet, period: Period) -> dict[int, int]:
    met = pairs(_heard(period).filter(theme__in=themes.order_by().values("pk")))
    return dict(met.values_list("theme").annotate(n=Count("pk")))
