"""What fitting without a hand's notes gives, on a few of the exemplars: the whole of it is `manage.py fit_lens`."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from objections.nlp import corpus, lens
from objections.nlp.corpus import OUTLIER
from objections.nlp.held_out import curves, hands, proposal_curves
from objections.nlp.settings import read_section
from objections.nlp.vectors import MiniLM, vectors_of

EACH, ODD = 8, 80  # notes of a theme and of a hand; of what is one of a kind


@pytest.fixture(scope="module")
def two_hands():
    chosen, counts = [], {}
    for note in corpus.everything():
        counts[note.hand, note.theme] = counts.get((note.hand, note.theme), 0) + 1
        most = ODD if note.theme == OUTLIER else EACH
        if note.hand in "ab" and counts[note.hand, note.theme] <= most:
            chosen.append(note)
    encoder, levels = MiniLM(), [None] * len(chosen)
    for rows, found in encoder.levels([note.text for note in chosen]):
        for row, level in zip(rows, found, strict=True):
            levels[row] = level
    settings = {name: read_section("lens")[name] for name in ("shrinkage", "directions", "looseness")}
    return list(hands(np.array(levels), chosen, settings))


def test_each_hand_is_seen_through_a_lens_of_the_other(two_hands):
    first, second = two_hands
    assert {note.hand for note in first.notes} == {"a"}
    assert {note.hand for note in second.notes} == {"b"}
    settings = {name: read_section("lens")[name] for name in ("shrinkage", "directions", "looseness")}
    of_second = lens.fit(second.levels, second.themes.tolist(), **settings)
    assert np.array_equal(first.lens.turn, of_second.turn)
    assert np.array_equal(first.vectors, vectors_of(first.levels, of_second))
    with first.seen():
        assert lens.get_lens() is first.lens


def test_what_is_one_of_a_kind_is_told_from_a_hand_never_seen(two_hands):
    areas = [roc_auc_score(hand.themes == OUTLIER, lens.oddness(hand.vectors)) for hand in two_hands]
    assert min(areas) > 0.75


def test_curves_go_the_way_they_should(two_hands):
    found = curves(two_hands)
    _, by_score, by_lead, by_oddness = found["curve_through_lens"]
    assert min(by_score, by_lead) > 0 > by_oddness
    _, by_score, by_oddness = found["novelty_through_lens"]
    assert by_score < 0 < by_oddness
    assert curves(two_hands) == found


def test_proposals_have_a_curve_where_enough_were_right_and_wrong(two_hands):
    found = proposal_curves(two_hands)
    assert found["new"][1] > 0, "the closer its members the surer a new theme"
    assert "merge" not in found, "halves of a theme are always rightly merged"
