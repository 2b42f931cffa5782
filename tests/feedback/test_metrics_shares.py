import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.metrics import Share, number_of


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (Share(0, 0), "–"),
        (Share(7, 18), "7 of 18"),
        (Share(19, 19), "19 of 19"),
        (Share(7, 20), "35\u00a0%"),
        (Share(1200, 2400), "50\u00a0%"),
    ],
)
def test_it_shows_counts_while_there_are_few(share, shown):
    assert str(share) == shown


def test_it_gives_the_score_interval():
    # 10 of 20 by the published formula: 0.5 ± 0.2007
    low, high = Share(10, 20).interval
    assert (round(low, 4), round(high, 4)) == (0.2993, 0.7007)


@given(st.integers(0, 500), st.integers(1, 500))
def test_it_keeps_the_share_inside_its_interval(part, whole):
    share = Share(min(part, whole), whole)
    low, high = share.interval
    assert 0 <= low <= share.value + 1e-12
    assert share.value - 1e-12 <= high <= 1


def test_it_counts_in_words():
    assert [number_of(n, "deal") for n in (0, 1, 1200)] == ["0 deals", "1 deal", "1,200 deals"]
