import json

import numpy as np
import pytest

from objections.nlp import encode
from objections.nlp.__main__ import main
from objections.nlp.trials import Tried, accepted, disturbed, identity_kept, reliability, share_kept
from objections.nlp.types import Proposal
from tests.nlp.sentences import texts_and_labels

MANY = [f"theme_{number}" for number in range(24) for _ in range(20)] + ["outlier"] * 5


def proposal(kind, members=(), **fields):
    return Proposal(kind, tuple(members), **fields)


@pytest.fixture(scope="module")
def disorder():
    return disturbed(MANY, seed=1)


def of(disorder, label):
    return [at for at, given in enumerate(MANY) if given == label]


def test_a_sixth_is_hidden_and_halved_and_a_twelfth_fused_and_misnamed(disorder):
    held = set().union(*disorder.holds.values())
    halves = {theme.split("/")[0] for theme in disorder.holds if "/" in theme}
    assert (24 - len(held), len(halves)) == (4, 4)
    assert sum(len(labels) > 1 for labels in disorder.holds.values()) == 2
    assert len(disorder.misnamed) == round(len(disorder.holds) / 12)
    assert all(disorder.themes[at] is None for at in of(disorder, "outlier"))


def test_it_is_the_same_disorder_for_the_same_seed(disorder):
    assert disturbed(MANY, seed=1) == disorder
    assert disturbed(MANY, seed=2).themes != disorder.themes


def test_a_new_theme_is_right_for_texts_of_a_hidden_one_only(disorder):
    held = sorted(set().union(*disorder.holds.values()))
    hidden = next(label for label in MANY if label not in held)
    assert disorder.right(proposal("new", of(disorder, hidden))) == 1
    assert disorder.right(proposal("new", of(disorder, held[0]))) == 0
    assert disorder.right(proposal("new", of(disorder, "outlier"))) == 0


def test_a_merge_is_right_for_two_halves_and_a_split_for_what_was_fused(disorder):
    half = next(theme for theme in disorder.holds if theme.endswith("/1"))
    other, third = half.replace("/1", "/2"), next(theme for theme in disorder.holds if "/" not in theme)
    assert disorder.right(proposal("merge", theme=half, other=other)) == 1
    assert disorder.right(proposal("merge", theme=half, other=third)) == 0
    fused = next(theme for theme, labels in disorder.holds.items() if len(labels) > 1)
    part = [at for at in of(disorder, fused) if disorder.themes[at] == fused]
    assert disorder.right(proposal("split", part, theme=fused)) == 1
    assert disorder.right(proposal("split", of(disorder, third)[:5], theme=third)) == 0


def test_a_move_is_as_right_as_many_of_its_texts_are(disorder):
    label = next(theme for theme in disorder.holds if disorder.holds[theme] == {theme})
    other = next(at for at, given in enumerate(MANY) if given not in (label, "outlier"))
    assert disorder.right(proposal("assign", [*of(disorder, label)[:3], other], theme=label)) == 0.75


def test_a_rename_is_right_for_a_theme_that_bears_the_name_of_another(disorder):
    wrong = next(iter(disorder.misnamed))
    assert disorder.right(proposal("rename", theme=wrong)) == 1
    assert disorder.right(proposal("rename", theme=next(t for t in disorder.holds if t not in disorder.misnamed))) == 0


def test_reliability_sets_what_was_said_beside_what_was_right():
    tried = [Tried(proposal("new", confidence=c), right, 1) for c, right in ((0.9, 1), (0.95, 0), (0.55, 1))]
    assert reliability(tried) == {
        "new": [
            {"from": 0.5, "n": 1, "said": 0.55, "right": 1.0},
            {"from": 0.9, "n": 2, "said": 0.93, "right": 0.5},
        ]
    }


def test_a_theme_is_kept_only_where_it_is_most_of_the_group_that_most_of_it_is_in():
    before = dict(enumerate("aaaabbbb"))
    assert share_kept(before, list("aaaabbbb") + ["c"]) == 1
    assert share_kept(before, ["x"] * 8) == 0
    assert share_kept(before, list("aaxxbbbb")) == 0.5
    assert share_kept(before, [None] * 4 + list("bbbb")) == 0.5


def test_accepting_all_says_where_every_text_stands_then():
    themes = ["a", "a", "b", None, None]
    merge = proposal("merge", [0, 1], theme="b", other="a")
    done = accepted(themes, [proposal("new", [3]), proposal("assign", [4], theme="b"), merge])
    assert done == ["b", "b", "b", ("accepted", 0), "b"]


def test_a_second_run_with_more_texts_keeps_themes_and_placements():
    texts, _ = texts_and_labels()
    kept = identity_kept(texts, encode(texts))
    assert kept["themes"] > 1
    assert kept["kept"] >= 0.95
    assert kept["kept_if_all_accepted"] >= 0.95
    assert kept["placements"] == 1


def test_the_command_prints_both(tmp_path, capsys):
    texts, labels = texts_and_labels()
    rows = "\n".join(f'"{text.replace(chr(34), chr(39))}",{label}' for text, label in zip(texts, labels, strict=True))
    path = tmp_path / "notes.csv"
    path.write_text(f"note,theme\n{rows}\n")

    assert main(["trial", str(path), "--text", "note", "--label", "theme", "--seeds", "1", "--json"]) == 0

    figures = json.loads(capsys.readouterr().out)
    assert figures["identity"]["placements"] == 1
    assert all(0 <= row["right"] <= 1 for rows in figures["proposals"].values() for row in rows)
    assert np.isfinite(figures["identity"]["kept"])
