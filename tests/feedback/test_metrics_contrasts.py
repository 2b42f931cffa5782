import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from feedback.metrics import Share, difference, difference_in_differences, points, score_interval

shares = st.integers(1, 400).flatmap(lambda whole: st.builds(Share, st.integers(0, whole), st.just(whole)))


@pytest.mark.parametrize(
    ("share", "low", "high"),
    [  # Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I, method 3
        (Share(81, 263), 0.2553, 0.3662),
        (Share(15, 148), 0.0624, 0.1605),
        (Share(0, 20), 0.0000, 0.1611),
        (Share(1, 29), 0.0061, 0.1718),
    ],
)
def test_it_gives_the_published_intervals_of_a_share(share, low, high):
    assert tuple(round(end, 4) for end in share.interval) == (low, high)


@given(shares)
def test_it_gives_the_score_interval_of_scipy(share):
    theirs = binomtest(share.part, share.whole).proportion_ci(0.95, method="wilson")
    assert share.interval == pytest.approx((theirs.low, theirs.high), abs=1e-6)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [  # Newcombe, Interval estimation for the difference between independent proportions, 1998, table II, method 10
        (Share(56, 70), Share(48, 80), 0.0524, 0.3339),
        (Share(9, 10), Share(3, 10), 0.1705, 0.8090),
        (Share(6, 7), Share(2, 7), 0.0582, 0.8062),
        (Share(5, 56), Share(0, 29), -0.0381, 0.1926),
        (Share(0, 10), Share(0, 20), -0.1611, 0.2775),
        (Share(0, 10), Share(0, 10), -0.2775, 0.2775),
        (Share(10, 10), Share(0, 20), 0.6791, 1.0000),
        (Share(10, 10), Share(0, 10), 0.6075, 1.0000),
    ],
)
def test_it_gives_the_published_intervals_of_a_difference(one, other, low, high):
    found = difference(one, other)
    assert found.value == pytest.approx(one.value - other.value)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(shares, shares)
def test_a_difference_lies_in_its_interval_and_turns_with_its_shares(one, other):
    found, turned = difference(one, other), difference(other, one)
    assert -1 - 1e-9 <= found.low <= found.value <= found.high <= 1 + 1e-9
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))


@given(shares, shares, shares, shares)
def test_two_pairs_add_the_squares_of_the_intervals_of_both(after, before, after_beside, before_beside):
    """As MOVER says: the distance of each end is the root of the squared distances of the two differences."""
    found = difference_in_differences(after, before, beside=(after_beside, before_beside))
    own, beside = difference(after, before), difference(after_beside, before_beside)
    assert found.value == pytest.approx(own.value - beside.value)
    assert found.low <= found.value + 1e-12
    assert found.value - found.low == pytest.approx(
        ((own.value - own.low) ** 2 + (beside.high - beside.value) ** 2) ** 0.5
    )
    assert found.high - found.value == pytest.approx(
        ((own.high - own.value) ** 2 + (beside.value - beside.low) ** 2) ** 0.5
    )


def test_a_pair_that_never_changes_adds_only_doubt():
    """Beside ten thousand deals that won as often before as after, what is left is the difference itself."""
    still = Share(5_000_000, 10_000_000)
    found = difference_in_differences(Share(56, 70), Share(48, 80), beside=(still, still))
    assert (round(found.low, 3), round(found.high, 3)) == (0.052, 0.334)


def test_there_is_no_difference_from_nothing():
    assert difference(Share(1, 2), Share(0, 0)) is None
    assert difference_in_differences(Share(1, 2), Share(1, 2), beside=(Share(0, 0), Share(1, 2))) is None


def test_a_surer_interval_is_wider():
    low, high = score_interval(7, 20)
    lower, higher = score_interval(7, 20, z=2.326348)
    assert lower < low < 0.35 < high < higher


def test_it_prints_points_with_their_sign():
    assert [points(value) for value in (0.184, -0.051, 0.001)] == ["+18", "−5", "0"]
    assert str(difference(Share(56, 70), Share(48, 80))) == "+20 points, 95\u00a0% between +5 and +33"
