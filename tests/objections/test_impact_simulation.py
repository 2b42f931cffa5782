"""How often the suggestion is wrong, and how often it finds what is there, on histories whose true effect is known.

`pytest -s` prints the rates; they also stand in objections/README.md.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest

from feedback.metrics import Share
from objections.metrics.impact import Impact, Met, Side, Span, impact_of, rows_of

PUBLISHED, FOLLOW_UP = date(2026, 1, 1), 76
AT_THE_END = PUBLISHED + timedelta(days=366 + FOLLOW_UP)
HISTORIES = 1000
TREND = 0.08  # all deals are won more often after it: before and after alone would call that an effect
LOSSES_ARE_QUICK = 0.8  # a lost deal takes so much of the days a won one takes


@dataclass
class History:
    """Deals of two years around publishing, as arrays; days are counted from it."""

    on: np.ndarray
    closed: np.ndarray
    won: np.ndarray
    raised: np.ndarray

    def read(self, day: date) -> Impact:
        """The impact as it was known that day, by the rules of `rows_of` on arrays."""
        followed = (day - PUBLISHED).days - FOLLOW_UP
        in_time = self.closed <= self.on + FOLLOW_UP
        before = in_time & (self.on >= -365 - FOLLOW_UP) & (self.on < -FOLLOW_UP)
        after = in_time & (self.on >= 0) & (self.on < min(followed, 365))
        sides = [Side(self._share(which & before), self._share(which & after)) for which in (self.raised, ~self.raised)]
        return Impact(Span(PUBLISHED, FOLLOW_UP, day), *sides)

    def _share(self, which) -> Share:
        return Share(int((which & self.won).sum()), int(which.sum()))

    def read_row_by_row(self, day: date) -> Impact:
        span = Span(PUBLISHED, FOLLOW_UP, day)
        deals = [
            Met(number, _day(on), "won" if won else "lost", _day(closed))
            if _day(closed) < day
            else Met(number, _day(on), "open", None)
            for number, (on, closed, won) in enumerate(zip(self.on, self.closed, self.won, strict=True))
            if _day(on) < day
        ]
        raised = [deal for deal in deals if self.raised[deal.deal]]
        return impact_of(span, rows_of(raised, [deal for deal in deals if not self.raised[deal.deal]], span))


def _day(number) -> date:
    return PUBLISHED + timedelta(days=int(number))


def history(rng, *, effect, a_year) -> History:
    """So many deals a year with the theme, and four times as many without it.

    A deal takes half the median cycle from being heard on, in the median, so that some are not closed within one.
    """
    on = rng.integers(-365 - FOLLOW_UP, 365, a_year * 5 * (730 + FOLLOW_UP) // 365)
    raised, since = rng.random(on.size) < 0.2, on >= 0
    won = rng.random(on.size) < np.where(raised, 0.3, 0.4) + TREND * since + effect * (raised & since)
    took = FOLLOW_UP / 2 * rng.lognormal(0, 0.6, on.size) * np.where(won, 1, LOSSES_ARE_QUICK)
    return History(on, on + took.astype(int), won, raised)


@cache
def read(effect, a_year):
    rng = np.random.default_rng([6, a_year, round(effect * 100)])
    return [history(rng, effect=effect, a_year=a_year).read(AT_THE_END) for _ in range(HISTORIES)]


def rate(found, suggestion):
    return sum(each.suggestion == suggestion for each in found) / len(found)


@pytest.mark.parametrize("a_year", [40, 80, 160])
def test_it_suggests_worked_without_an_effect_at_most_once_in_twenty(a_year):
    found = read(0.0, a_year)
    alone = sum(each.theme.change.low > 0 for each in found) / HISTORIES
    print(f"\n{a_year} deals a year, no effect: worked {rate(found, 'worked'):.1%}, no effect "
          f"{rate(found, 'no effect'):.0%}; before and after alone would have said worked {alone:.0%}")  # fmt: skip
    assert rate(found, "worked") <= 0.05 < alone


POWER = {(0.10, 40): 0.03, (0.10, 80): 0.08, (0.10, 160): 0.15, (0.25, 40): 0.3, (0.25, 80): 0.6, (0.25, 160): 0.9}


@pytest.mark.parametrize(("effect", "a_year"), POWER)
def test_it_finds_what_is_there_the_more_often_the_more_deals_there_are(effect, a_year):
    found = read(effect, a_year)
    print(f"\n{a_year} deals a year, +{effect * 100:.0f} points: worked {rate(found, 'worked'):.0%}, "
          f"no effect {rate(found, 'no effect'):.1%}")  # fmt: skip
    assert rate(found, "worked") >= POWER[effect, a_year]
    assert rate(found, "no effect") <= (0.075 if effect == 0.10 else 0.005)  # ten points is where none ends
    assert abs(np.median([each.effect.value for each in found]) - effect) < 0.02


def test_whoever_looks_each_month_and_stops_at_good_news_is_wrong_at_most_once_in_twenty():
    rng, months = np.random.default_rng(7), range(1, 13)
    looks = [PUBLISHED + timedelta(days=FOLLOW_UP + 30 * month) for month in months]
    past = [history(rng, effect=0.0, a_year=80) for _ in range(HISTORIES)]
    wrong = sum(any(each.read(day).suggestion == "worked" for day in looks) for each in past) / HISTORIES
    print(f"\nlooked at each month for a year, no effect: worked {wrong:.1%}")
    assert wrong <= 0.05


@pytest.mark.parametrize("effect", [0.0, 0.25])
def test_its_intervals_hold_the_true_effect_about_as_often_as_they_say(effect):
    held = sum(each.effect.low <= effect <= each.effect.high for each in read(effect, 80)) / HISTORIES
    print(f"\n95 % intervals that hold the true effect of +{effect * 100:.0f}: {held:.1%}")
    assert 0.93 <= held <= 0.98


def test_the_rules_on_arrays_are_those_on_rows():
    rng = np.random.default_rng(8)
    for months in (3, 6, 20):
        past, day = history(rng, effect=0.1, a_year=30), PUBLISHED + timedelta(days=30 * months)
        known, counted = past.read(day), past.read_row_by_row(day)
        assert (known.theme.before, known.theme.after) == (counted.theme.before, counted.theme.after)
        assert (known.base.before, known.base.after) == (counted.base.before, counted.base.after)
        assert counted.theme.after.whole > 0
