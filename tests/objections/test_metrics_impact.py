from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.metrics import Share
from objections.metrics import Impact, answers_of, impact, impact_rows
from objections.metrics.impact import NEEDED, Met, Side, Span, impact_of, rows_of
from objections.models import Publication, Usage
from tests.factories import make_collateral, make_lost, make_objection, make_opportunity, make_theme, make_won, place

LIVE = date(2025, 6, 1)
TODAY = date(2026, 3, 1)
CYCLE = 60


def at(day):
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


@pytest.fixture
def theme(company):
    return make_theme("Too dear")


@pytest.fixture
def piece(theme, marketer):
    """Live since the first of June; a deal takes sixty days."""
    piece = make_collateral(owner=marketer, themes=[theme])
    piece.publications.update(at=at(LIVE))
    make_lost(created_on=LIVE - timedelta(days=100), closed_on=LIVE - timedelta(days=100 - CYCLE))
    return piece


def hear(theme, *, by, on, took=30, won=True, deal=None, when="open"):
    """A deal on which the theme (or, of none, something else) was heard `on`; it closed `took` days later."""
    if deal is None:
        make = make_opportunity if took is None else make_won if won else make_lost
        deal = make(**({} if took is None else {"closed_on": on + timedelta(days=took)}))
    voice = make_objection(author=by, opportunity=deal, outcome_when_heard=when, heard_on=on)
    if theme:
        place(voice, theme)
    return deal


def of(what):
    return impact(*answers_of(what), TODAY)


def days(number):
    return LIVE + timedelta(days=number)


def test_it_follows_a_deal_from_the_day_it_was_first_heard_for_the_median_cycle(theme, piece, rep):
    assert of(piece).span.follow_up == CYCLE
    hear(theme, by=rep, on=days(-CYCLE - 1), took=CYCLE)  # its outcome was known the day before
    hear(theme, by=rep, on=days(-CYCLE), took=CYCLE)  # closed on the day of publishing
    hear(theme, by=rep, on=days(-1), took=5)
    hear(theme, by=rep, on=days(0), took=CYCLE, won=False)
    hear(theme, by=rep, on=days(10), took=CYCLE + 1)
    hear(theme, by=rep, on=TODAY - timedelta(days=CYCLE + 1))
    hear(theme, by=rep, on=TODAY - timedelta(days=CYCLE), took=1)
    hear(theme, by=rep, on=days(20), took=None)

    side = of(piece).theme

    assert (side.before.counts, side.after.counts) == ("1 of 1", "1 of 2")
    assert (side.between, side.slow, side.followed) == (2, 2, 1)


def test_a_deal_that_closed_soon_counts_no_earlier_than_one_that_takes_its_time(theme, piece, rep):
    """Else the newest deals would be the quick ones only."""
    hear(theme, by=rep, on=TODAY - timedelta(days=10), took=1, won=False)
    assert of(piece).theme.after.whole == 0


def test_what_was_told_once_it_had_closed_is_not_heard(theme, piece, rep):
    hear(theme, by=rep, on=days(5), when="lost", won=False)
    assert of(piece).theme.after.whole == 0


def test_a_deal_counts_once_however_often_it_was_heard_and_from_the_first_time(theme, piece, rep):
    deal = hear(theme, by=rep, on=days(-5), took=20)
    for later in (days(2), days(3)):
        hear(theme, by=rep, on=later, deal=deal)
    found = of(piece)
    assert (found.theme.between, found.theme.after.whole, found.base.after.whole) == (1, 0, 0)


def test_the_base_are_deals_of_the_same_days_with_other_objections_only(theme, piece, rep):
    both = hear(theme, by=rep, on=days(5))
    hear(None, by=rep, on=days(1), deal=both)
    hear(make_theme("Other"), by=rep, on=days(5), won=False)
    hear(None, by=rep, on=days(-100))
    make_won(closed_on=days(9))
    found = of(piece)
    assert (found.theme.after.counts, found.base.after.counts, found.base.before.counts) == (
        "1 of 1",
        "0 of 1",
        "1 of 1",
    )


def test_the_day_of_publishing_is_that_of_the_first_and_stays(theme, piece, marketer):
    first = piece.publications.get()
    Publication.objects.filter(pk=first.pk).update(retired_at=at(days(50)), retired_by=marketer)
    Publication.objects.create(collateral=piece, version=piece.versions.get(), by=marketer, at=at(days(50)))
    make_collateral("Later", owner=marketer, themes=[theme])
    assert of(piece).span.published_on == of(theme).span.published_on == LIVE
    assert of(piece).span.ended_on is None


def test_what_was_retired_answers_nobody_afterwards(theme, piece, rep, marketer):
    piece.publications.update(retired_at=at(days(50)), retired_by=marketer)
    for on in (days(50), days(51)):
        hear(theme, by=rep, on=on)
    assert of(piece).theme.after.whole == 1


def test_there_is_none_before_anything_was_published(theme, marketer):
    assert of(make_collateral(owner=marketer, themes=[theme], published=False)) is None
    assert of(theme) is None


def test_without_a_dated_deal_it_follows_for_ninety_days(theme, marketer):
    assert of(make_collateral(owner=marketer, themes=[theme])).span.follow_up == 90


def test_it_tells_used_from_not_used_and_leaves_out_what_was_noted_late(theme, piece, rep, other_rep):
    """The review of a won deal asks what was used, that of a lost one does not."""
    used, not_used, late = (hear(theme, by=rep, on=days(5), won=won) for won in (True, False, True))
    for by in (rep, other_rep):
        Usage.objects.create(collateral=piece, opportunity=used, by=by, at=at(days(8)))
    Usage.objects.create(collateral=piece, opportunity=late, by=rep, at=at(days(36)))
    other = make_collateral("Other", owner=rep, themes=[theme])
    Usage.objects.create(collateral=other, opportunity=not_used, by=rep, at=at(days(8)))
    found = of(piece)
    assert (found.used.counts, found.unused.counts, found.noted_late) == ("1 of 1", "0 of 1", 1)


def test_it_takes_as_many_queries_for_many_deals_as_for_few(theme, piece, rep, django_assert_num_queries):
    for number in range(25):
        hear(theme if number % 2 else None, by=rep, on=days(number))
    with django_assert_num_queries(6):
        assert of(piece).theme.after.whole == 12


def test_its_figures_are_those_of_its_rows(theme, piece, rep):
    for number in range(-90, 200, 7):
        hear(theme if number % 2 else None, by=rep, on=days(number), won=number % 3 == 0, took=abs(number) % 80)
    span, rows = impact_rows(*answers_of(piece), TODAY)
    found = of(piece)
    counted = [row for row in rows if row.is_counted]
    assert span == found.span
    assert len(counted) == sum(s.before.whole + s.after.whole for s in (found.theme, found.base))
    left = [row for row in rows if row.raised and not row.is_counted]
    assert len(left) == found.theme.slow + found.theme.between + found.theme.followed


SPAN = Span(LIVE, CYCLE, TODAY)
deals = st.lists(
    st.builds(
        lambda number, on, took, won: Met(
            number, days(on), won if took is not None else "open", None if took is None else days(on + took)
        ),
        st.integers(1, 10**6),
        st.integers(-500, 300),
        st.none() | st.integers(0, 120),
        st.sampled_from(["won", "lost"]),
    ),
    unique_by=lambda met: met.deal,
    max_size=60,
)


@given(deals, deals)
def test_win_rates_add_up_and_every_interval_holds_its_point(raised, others):
    rows = rows_of(raised, others, SPAN)
    found = impact_of(SPAN, rows)
    closed = [row.met for row in rows if row.is_counted]
    sides = [found.theme.before, found.theme.after, found.base.before, found.base.after]
    assert sum(share.whole for share in sides) == len(closed)
    assert sum(share.part for share in sides) == sum(met.outcome == "won" for met in closed)
    for side, given_ in ((found.theme, raised), (found.base, others)):
        inside = side.before.whole + side.after.whole + side.slow + side.between + side.followed
        assert inside == sum(bool(SPAN.part_of(met.on)) for met in given_)
    for share in sides:
        if share.whole:
            assert share.interval[0] - 1e-12 <= share.value <= share.interval[1] + 1e-12
    if found.effect:
        assert found.effect.low <= found.effect.value <= found.effect.high


@given(deals, deals)
def test_it_is_read_as_it_was_written(raised, others):
    found = impact_of(SPAN, rows_of(raised, others, SPAN))
    assert Impact.of_json(found.as_json()) == found


def side(before, after):
    return Side(Share(*before), Share(*after))


def made(*shares):
    theme, base = side(*shares[:2]), side(*shares[2:])
    return Impact(SPAN, theme, base)


@pytest.mark.parametrize(
    ("shares", "progress", "suggestion"),
    [
        (((9, 30), (3, 7), (40, 100), (40, 100)), "7 of 20 deals so far", ""),
        (((3, 8), (9, 30), (40, 100), (40, 100)), "only 8 of 20 deals from before it was published", ""),
        (((9, 30), (9, 30), (4, 12), (40, 100)), "only 12 of 20 deals without it to compare with", ""),
        (((10, 80), (50, 80), (80, 200), (80, 200)), "", "worked"),
        (((10, 80), (50, 80), (10, 200), (110, 200)), "", "inconclusive"),  # all deals were won more often
        (((60, 80), (20, 80), (80, 200), (80, 200)), "", "no effect"),
        (((40, 80), (46, 80), (80, 200), (80, 200)), "", "inconclusive"),
    ],
)
def test_it_suggests_nothing_from_few_and_worked_only_where_it_is_sure(shares, progress, suggestion):
    found = made(*shares)
    assert (found.progress, found.suggestion) == (progress, suggestion)
    assert found.is_enough == (not progress)


def test_its_finding_says_points_beside_other_deals():
    assert made((10, 80), (50, 80), (80, 200), (80, 200)).finding == (
        "Won 50 points more often since it was published, beside other deals"
    )
    young = made((9, 30), (3, 7), (40, 100), (40, 100))
    assert young.finding == "Too early to say: 7 of 20 deals so far"
    assert young.in_short.endswith(
        "3 of 7 since it was published, 9 of 30 before; 7 of 20 deals so far. An association, not proof."
    )
    assert NEEDED == 20
