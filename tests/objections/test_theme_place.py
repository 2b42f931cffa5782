import pytest

from objections.actions.placements import ThemeGone, place_objection, take_out, undo_placement, undo_take_out
from tests.factories import make_objection, make_theme, place


@pytest.fixture
def voice(rep):
    return make_objection("too dear", author=rep)


def test_a_person_replaces_what_the_model_placed(voice, marketer):
    was = place(voice, make_theme("Budget", category="budget"))
    price = make_theme("Price")

    placement = place_objection(objection=voice, theme=price, by=marketer)

    was.refresh_from_db()
    assert voice.placement == placement
    assert (placement.replaces, was.undone_by) == (was, marketer)


def test_a_person_confirms_what_the_model_placed(voice, marketer):
    price = make_theme("Price")
    place(voice, price)

    place_objection(objection=voice, theme=price, by=marketer)
    place_objection(objection=voice, theme=price, by=marketer)

    assert voice.placement.by == marketer
    assert voice.placements.count() == 2


def test_it_refuses_a_theme_that_is_gone(voice, marketer):
    with pytest.raises(ThemeGone):
        place_objection(objection=voice, theme=make_theme(state="retired"), by=marketer)


def test_undoing_a_placement_puts_the_voice_back_where_it_was(voice, marketer):
    was = place(voice, make_theme("Budget", category="budget"))
    placement = place_objection(objection=voice, theme=make_theme("Price"), by=marketer)

    undo_placement(placement=placement, by=marketer)
    undo_placement(placement=placement, by=marketer)

    assert voice.placement == was


def test_taking_out_leaves_it_unthemed_until_undone(voice, marketer):
    was = place(voice, make_theme("Price"))

    ended = take_out(objection=voice, by=marketer)
    assert take_out(objection=voice, by=marketer) is None
    assert voice.placement is None

    undo_take_out(placement=ended)
    undo_take_out(placement=ended)
    assert voice.placement == was


def test_undoing_does_not_override_a_later_placement(voice, marketer):
    ended = place(voice, make_theme("Price"))
    take_out(objection=voice, by=marketer)
    later = place_objection(objection=voice, theme=make_theme("Budget", category="budget"), by=marketer)

    undo_take_out(placement=ended)

    assert voice.placement == later
