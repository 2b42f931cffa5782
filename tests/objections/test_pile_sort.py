import pytest

from objections.actions.merges import merge_themes
from objections.actions.moving import NameTaken
from objections.actions.objections import change_objection
from objections.actions.placements import ThemeGone, place_objection, undo_placement
from objections.actions.sortings import (
    NothingToSort,
    bring_back,
    refuse_theme,
    set_aside,
    sort_into_new,
    sort_objections,
    undo_sorting,
)
from objections.models import Objection, Placement, Refusal, Sorting, Theme
from tests.factories import make_objection, make_theme, place


@pytest.fixture
def price(company):
    return make_theme("Price")


@pytest.fixture
def voices(rep):
    return [make_objection(words, author=rep) for words in ("too dear", "costs too much", "no money")]


def new_theme(name="Parking"):
    return Theme(name=name, category=make_theme("Kind", category="other").category)


def test_it_places_all_in_one_act_and_takes_them_back_together(voices, price, marketer):
    found = sort_objections(objections=voices, theme=price, by=marketer)

    assert (found.count, found.left) == (3, [])
    assert {voice.placement.by for voice in voices} == {marketer}
    assert undo_sorting(sorting=found.sorting, by=marketer) == 3
    assert undo_sorting(sorting=found.sorting, by=marketer) == 0
    assert set(Objection.objects.in_pile()) == set(voices)


def test_what_somebody_placed_meanwhile_is_said_and_left(voices, price, marketer, leader):
    budget = make_theme("Budget", category="budget")
    place_objection(objection=voices[0], theme=budget, by=leader)

    found = sort_objections(objections=voices, theme=price, by=marketer)

    assert (found.count, found.left) == (2, [(voices[0], "was placed in “Budget” meanwhile")])
    assert voices[0].placement.theme == budget


def test_what_was_withdrawn_meanwhile_is_said(price, rep, marketer):
    from django.utils import timezone

    voice = make_objection(author=rep, withdrawn_at=timezone.now(), withdrawn_by=rep)

    found = sort_objections(objections=[voice], theme=price, by=marketer)

    assert (found.sorting, found.left) == (None, [(voice, "was withdrawn meanwhile")])


def test_placing_twice_is_the_same_act(voices, price, marketer):
    first = sort_objections(objections=voices, theme=price, by=marketer)
    again = sort_objections(objections=voices, theme=price, by=marketer)

    assert again.sorting == first.sorting
    assert Placement.objects.count() == 3
    assert Sorting.objects.count() == 1


def test_a_person_confirms_what_the_machine_placed_meanwhile_and_undo_gives_it_back(voices, price, marketer):
    was = place(voices[0], price)

    found = sort_objections(objections=voices[:1], theme=price, by=marketer)
    assert voices[0].placement.by == marketer

    undo_sorting(sorting=found.sorting, by=marketer)
    assert voices[0].placement == was


def test_nothing_is_placed_in_a_theme_that_is_gone(voices, marketer):
    with pytest.raises(ThemeGone):
        sort_objections(objections=voices, theme=make_theme("Gone", state="retired"), by=marketer)


def test_what_is_unchecked_is_remembered_not_to_belong_until_undone(voices, price, marketer):
    found = sort_objections(objections=voices[:2], theme=price, by=marketer, refused=voices[2:])

    assert Refusal.objects.live().get().objection == voices[2]
    undo_sorting(sorting=found.sorting, by=marketer)
    assert not Refusal.objects.live().exists()


def test_none_of_a_group_is_remembered_once(voices, price, marketer):
    refuse_theme(objections=voices, theme=price, by=marketer)
    refuse_theme(objections=voices, theme=price, by=marketer)

    assert Refusal.objects.live().filter(theme=price).count() == 3
    assert Objection.objects.in_pile().count() == 3


def test_a_new_theme_is_made_with_what_it_was_made_for_and_goes_with_it(voices, marketer):
    found = sort_into_new(objections=voices[:1], theme=new_theme(), by=marketer)
    made = voices[0].placement.theme
    assert (made.name, made.made_by) == ("Parking", marketer)

    undo_sorting(sorting=Sorting.objects.get(pk=found.sorting.pk), by=marketer)
    made.refresh_from_db()
    assert not made.is_active


def test_a_new_theme_stays_when_others_came_to_it(voices, marketer):
    found = sort_into_new(objections=voices[:1], theme=new_theme(), by=marketer)
    made = voices[0].placement.theme
    sort_objections(objections=voices[1:2], theme=made, by=marketer)

    undo_sorting(sorting=Sorting.objects.get(pk=found.sorting.pk), by=marketer)

    made.refresh_from_db()
    assert made.is_active
    assert voices[0].placement is None


def test_no_theme_is_made_when_nothing_is_left_to_put_in_it(voices, price, marketer):
    place_objection(objection=voices[0], theme=price, by=marketer)

    with pytest.raises(NothingToSort):
        sort_into_new(objections=voices[:1], theme=new_theme(), by=marketer)

    assert not Theme.objects.filter(name="Parking").exists()


def test_a_new_theme_takes_no_name_that_is_taken(voices, price, marketer):
    with pytest.raises(NameTaken):
        sort_into_new(objections=voices, theme=new_theme("Price"), by=marketer)
    assert not Placement.objects.exists()


def test_undo_follows_a_merge_and_leaves_what_a_person_moved(voices, price, marketer):
    budget = make_theme("Budget", category="budget")
    found = sort_objections(objections=voices, theme=price, by=marketer)
    place_objection(objection=voices[2], theme=budget, by=marketer)
    merge_themes(into=budget, theme=price, by=marketer)

    assert undo_sorting(sorting=found.sorting, by=marketer) == 2

    assert [voice.placement and voice.placement.theme for voice in voices] == [None, None, budget]


def test_what_fits_none_is_not_asked_again_until_it_is_reworded(voices, rep, marketer):
    set_aside(objection=voices[0], by=marketer)
    assert voices[0] not in Objection.objects.in_pile()
    assert list(Objection.objects.set_aside()) == [voices[0]]

    voices[0].text = "they have no budget this year"
    change_objection(objection=voices[0], by=rep)

    assert voices[0] in Objection.objects.in_pile()


def test_what_was_set_aside_is_brought_back_by_hand_or_by_undo(voices, marketer):
    found = set_aside(objection=voices[0], by=marketer)
    assert set_aside(objection=voices[0], by=marketer).sorting == found.sorting
    bring_back(objection=voices[0])
    bring_back(objection=voices[0])
    assert voices[0] in Objection.objects.in_pile()

    undo_sorting(sorting=set_aside(objection=voices[0], by=marketer).sorting, by=marketer)
    assert voices[0] in Objection.objects.in_pile()


def test_what_was_placed_meanwhile_is_not_set_aside(voices, price, marketer):
    place(voices[0], price)

    found = set_aside(objection=voices[0], by=marketer)

    assert found.sorting is None
    assert found.left == [(voices[0], "was placed in “Price” meanwhile")]


def test_undoing_a_single_placement_of_an_act_leaves_the_others(voices, price, marketer):
    found = sort_objections(objections=voices, theme=price, by=marketer)
    undo_placement(placement=voices[0].placement, by=marketer)

    assert undo_sorting(sorting=found.sorting, by=marketer) == 2
