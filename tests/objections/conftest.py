import numpy as np
import pytest

from objections import nlp
from objections.theming import pile
from tests.factories import make_theme

_encode, _known = nlp.encode, {}


@pytest.fixture(autouse=True)
def _each_text_encoded_once(monkeypatch):
    """The real encoder, asked once for each text of a test run: 256 exemplars take seconds, and every test has them."""

    def encode(texts, **rest):
        new = [text for text in dict.fromkeys(texts) if text not in _known]
        if new:
            _known.update(zip(new, _encode(new, **rest), strict=True))
        return np.stack([_known[text] for text in texts])

    monkeypatch.setattr(nlp, "encode", encode)


@pytest.fixture(autouse=True)
def _empty_hands(monkeypatch):
    """Rows of one test have the numbers of another's: what the pile keeps of them in memory is not carried over."""
    monkeypatch.setattr(pile, "_held", None)


@pytest.fixture
def price(company):
    return make_theme("Price")


@pytest.fixture
def trust(company):
    return make_theme("Trust", category="trust")
