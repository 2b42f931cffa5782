from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from feedback.metrics import agreement

CODES = ["PRICE", "TRUST", "TIMING", "OTHER"]
many = st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)), min_size=20, max_size=80)


@given(many)
def test_it_gives_the_kappa_of_scikit_learn(pairs):
    found = agreement(pairs)
    if found.kappa is None:
        assert len({code for pair in pairs for code in pair}) == 1
    else:
        assert found.kappa == pytest.approx(cohen_kappa_score(*zip(*pairs, strict=True)))


@given(many)
def test_its_interval_holds_the_kappa_and_stays_within_one(pairs):
    found = agreement(pairs)
    if found.low is not None:
        assert -1 <= found.low <= found.kappa <= found.high <= 1


def test_it_gives_the_large_sample_standard_error():
    """Of two codes and a table of 20, 5, 10 and 15: reckoned by hand after equation 13."""
    pairs = [("a", "a")] * 20 + [("a", "b")] * 5 + [("b", "a")] * 10 + [("b", "b")] * 15
    found = agreement(pairs)
    assert found.kappa == pytest.approx(0.4)
    agreed = 0.4 * (1 - (0.5 + 0.6) * 0.6) ** 2 + 0.3 * (1 - (0.5 + 0.4) * 0.6) ** 2
    apart = 0.6**2 * (0.1 * (0.6 + 0.5) ** 2 + 0.2 * (0.4 + 0.5) ** 2)
    error = sqrt(agreed + apart - (0.4 - 0.5 * 0.6) ** 2) / (0.5 * sqrt(50))
    assert (found.low, found.high) == pytest.approx((0.4 - 1.959964 * error, 0.4 + 1.959964 * error))
    assert found.words == f"κ 0.40, 95\u00a0% between {found.low:.2f} and {found.high:.2f}"


def test_under_twenty_it_says_too_few():
    found = agreement([("PRICE", "PRICE")] * 19)
    assert (found.share.counts, found.kappa) == ("19 of 19", None)
    assert found.words == "too few for a kappa: it takes 20"


def test_with_one_code_throughout_there_is_no_kappa():
    assert agreement([("PRICE", "PRICE")] * 30).words == "no kappa: only one code was used"


def test_full_agreement_has_no_interval():
    found = agreement([("PRICE", "PRICE"), ("TRUST", "TRUST")] * 10)
    assert (found.kappa, found.low, found.words) == (1, None, "κ 1.00")
