import pytest

from objections.actions.placements import place_objection
from objections.actions.splits import NothingToSplit, split_theme, undo_split
from objections.models import Split
from tests.factories import make_objection, make_theme, place


@pytest.fixture
def theme(company):
    return make_theme("Security", category="trust")


@pytest.fixture
def voices(theme, rep):
    made = [make_objection(f"voice {number}", author=rep) for number in range(4)]
    for voice in made:
        place(voice, theme)
    return made


def test_it_makes_a_theme_of_the_chosen_voices_for_good(theme, voices, marketer):
    split = split_theme(theme=theme, objections=voices[:2], name="No SOC 2", by=marketer)

    assert (split.made.category, split.made.owner) == (theme.category, theme.owner)
    assert {placement.objection for placement in split.made.placements.live()} == set(voices[:2])
    assert {voice.placement.by for voice in voices[:2]} == {marketer}
    assert theme.placements.live().count() == 2


def test_it_splits_once(theme, voices, marketer):
    first = split_theme(theme=theme, objections=voices[:2], name="No SOC 2", by=marketer)

    assert split_theme(theme=theme, objections=voices[:2], name="No SOC 2", by=marketer) == first
    assert Split.objects.count() == 1


def test_it_refuses_voices_that_are_elsewhere(theme, voices, rep, marketer):
    stranger = make_objection("elsewhere", author=rep)

    with pytest.raises(NothingToSplit):
        split_theme(theme=theme, objections=[stranger], name="No SOC 2", by=marketer)
    assert not Split.objects.exists()


def test_undoing_gives_the_voices_back_and_retires_the_new_theme(theme, voices, rep, marketer):
    split = split_theme(theme=theme, objections=voices[:2], name="No SOC 2", by=marketer)
    later = make_objection("later", author=rep)
    place(later, split.made)

    assert undo_split(split=split, by=marketer) == 3
    assert undo_split(split=split, by=marketer) == 0

    split.made.refresh_from_db()
    assert split.made.state == "retired"
    assert {placement.objection for placement in theme.placements.live()} == {*voices, later}
    assert voices[0].placement.by is None


def test_undoing_leaves_what_people_moved_since(theme, voices, marketer):
    split = split_theme(theme=theme, objections=voices[:2], name="No SOC 2", by=marketer)
    elsewhere = make_theme("No budget", category="budget")
    place_objection(objection=voices[0], theme=elsewhere, by=marketer)

    undo_split(split=split, by=marketer)

    assert voices[0].placement.theme == elsewhere
    assert voices[1].placement.theme == theme
