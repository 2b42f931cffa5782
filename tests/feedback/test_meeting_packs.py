import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.packs import canonical

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.dates(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(plain)
def test_it_is_the_same_after_being_read_and_written_again(value):
    text = canonical(value)
    assert canonical(json.loads(text)) == text
    assert text.encode().decode() == text


@given(st.dictionaries(st.text(), st.integers(), max_size=6))
def test_it_does_not_depend_on_the_order_of_keys(value):
    assert canonical(dict(reversed(value.items()))) == canonical(value)


def test_it_writes_dates_and_decimals_as_text_and_keeps_letters():
    value = {"b": Decimal("12.50"), "a": [date(2026, 3, 1), datetime(2026, 3, 1, 9, tzinfo=UTC)], "ü": "„ja“"}
    assert canonical(value) == '{"a":["2026-03-01","2026-03-01T09:00:00+00:00"],"b":"12.50","ü":"„ja“"}'


@pytest.mark.parametrize("value", [{1, 2}, object(), b"bytes"])
def test_it_refuses_what_is_not_plain(value):
    with pytest.raises(TypeError):
        canonical({"value": value})


def test_it_refuses_what_json_does_not_know():
    with pytest.raises(ValueError):
        canonical(float("nan"))
