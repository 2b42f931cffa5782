"""The score of triage as arithmetic: what must hold whatever the figures are."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.metrics import Money, Share
from feedback.models import Definition
from objections.metrics import PARTS, Reuse, Trend, Worth, scores

MONEY = st.decimals(min_value=0, max_value=10**9, places=2).map(lambda total: Money(total=total, n=1))
COUNT = st.integers(min_value=0, max_value=500)
SHARE = COUNT.flatmap(lambda whole: st.integers(min_value=0, max_value=whole).map(lambda part: Share(part, whole)))
WORTH = st.builds(
    Worth,
    open=MONEY,
    lost=MONEY,
    late=SHARE,
    trend=st.builds(Trend, now=COUNT, before=COUNT),
    voices=COUNT,
    reuse=st.builds(Reuse, people=COUNT, deals=COUNT),
)
# Small numbers, so that ties are common.
LIKE = st.sampled_from([Worth(), Worth(voices=1), Worth(voices=2, open=Money(Decimal(5), 1)), Worth(trend=Trend(3, 1))])
THEMES = st.dictionaries(st.integers(1, 50), WORTH | LIKE, min_size=1, max_size=20)

# For each part a way to have more of it and of nothing else.
MORE = {
    "open": lambda w, by: replace(w, open=replace(w.open, total=w.open.total + by)),
    "lost": lambda w, by: replace(w, lost=replace(w.lost, total=w.lost.total + by)),
    "late": lambda w, by: replace(w, late=Share(min(w.late.part + by, w.late.whole), w.late.whole)),
    "trend": lambda w, by: replace(w, trend=replace(w.trend, now=w.trend.now + by)),
    "voices": lambda w, by: replace(w, voices=w.voices + by),
    "reuse": lambda w, by: replace(w, reuse=replace(w.reuse, people=w.reuse.people + by)),
}


def points(score):
    return [part.points for part in score.parts]


def test_the_parts_give_a_hundred_points_in_all():
    assert sum(part.points for part in PARTS) == 100
    assert [part.key for part in PARTS] == list(MORE)


@given(THEMES)
def test_points_add_up_and_stay_within_their_bounds(themes):
    for score in scores(themes).values():
        assert sum(points(score)) == score.total
        assert 0 <= score.total <= 100
        for part in score.parts:
            assert 0 <= part.points <= part.part.points


@pytest.mark.parametrize("key", list(MORE))
@given(data=st.data())
def test_more_of_a_part_never_gives_fewer_points_nor_falls_behind_a_theme(key, data):
    themes = data.draw(THEMES)
    theme = data.draw(st.sampled_from(sorted(themes)))
    more = themes | {theme: MORE[key](themes[theme], data.draw(st.integers(1, 10**6)))}
    place = list(MORE).index(key)

    before, after = scores(themes), scores(more)

    assert after[theme].total >= before[theme].total
    for other in themes:
        if points(before[theme])[place] >= points(before[other])[place]:
            assert points(after[theme])[place] >= points(after[other])[place]


@given(THEMES, st.randoms(use_true_random=False))
def test_the_order_in_which_themes_come_changes_nothing(themes, random):
    ids = list(themes)
    random.shuffle(ids)

    assert scores({pk: themes[pk] for pk in ids}) == scores(themes)


@given(WORTH, st.integers(2, 10))
def test_equal_themes_have_equal_scores(worth, count):
    found = scores(dict.fromkeys(range(count), worth))

    assert len(set(found.values())) == 1


@given(WORTH)
def test_one_theme_alone_has_all_points_of_what_it_has_and_none_of_the_rest(worth):
    for part in scores({1: worth})[1].parts:
        assert part.points == (part.part.points if part.part.size(worth) > 0 else 0)


def test_no_theme_and_a_theme_with_nothing():
    assert scores({}) == {}
    assert scores({1: Worth()})[1].total == 0


@given(THEMES)
def test_one_huge_deal_moves_the_others_by_one_rank_at_most(themes):
    huge = {99: Worth(open=Money(Decimal(10) ** 12, 1))}

    before, after = scores(themes), scores(themes | huge)

    for pk in themes:
        assert after[pk].parts[0].rank == before[pk].parts[0].rank
        assert points(after[pk])[1:] == points(before[pk])[1:]


@pytest.mark.parametrize(
    ("open_values", "expected"),
    [([100], [30]), ([100, 0], [30, 0]), ([4, 3, 2, 1], [30, 22.5, 15, 7.5]), ([7, 7, 1], [30, 30, 10])],
)
def test_a_part_goes_by_rank_among_those_that_have_any(open_values, expected):
    found = scores({pk: Worth(open=Money(Decimal(value), 1)) for pk, value in enumerate(open_values)})

    assert [float(points(score)[0]) for score in found.values()] == expected


def test_one_of_one_in_a_late_stage_does_not_stand_before_forty_of_sixty():
    found = scores({1: Worth(late=Share(1, 1)), 2: Worth(late=Share(40, 60))})

    assert [found[pk].parts[2].place for pk in (1, 2)] == [2, 1]


def test_what_is_heard_less_than_before_has_no_trend():
    assert scores({1: Worth(trend=Trend(now=2, before=9))})[1].total == 0


def test_the_definition_says_the_points_that_count(db):
    text = Definition.objects.get(slug="triage-score").text

    said = {"open": "Open value", "lost": "Lost value", "late": "Late-stage", "trend": "Trend", "voices": "Voices"}
    for part in PARTS:
        sentence = text[text.index(said.get(part.key, "Reuse")) :]
        assert f"{part.points}" in sentence[: sentence.index(":")], part.label
