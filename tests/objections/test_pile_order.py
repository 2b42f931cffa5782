"""What the pile offers, by vectors laid along axes: nothing is encoded, so likeness is what a test says it is."""

import pytest

from objections.actions.placements import place_objection, take_out
from objections.actions.sortings import refuse_theme, set_aside, sort_into_new, sort_objections, undo_sorting
from objections.actions.themes import retire_theme
from objections.models import Objection, Presumption, Sorting, Theme
from objections.nlp.settings import read_section
from objections.theming import pile
from objections.theming.pile import guesses_of, next_offer
from tests.factories import make_objection, make_theme
from tests.objections.axes import notes


@pytest.fixture(autouse=True)
def _only_our_themes(company):
    Theme.objects.all().delete()


@pytest.fixture
def themes(rep, marketer):
    """Two themes shown by two placed notes each."""
    found = [make_theme("Price"), make_theme("Trust", category="trust")]
    for axis, theme in enumerate(found):
        for voice in notes(rep, axis, 2):
            place_objection(objection=voice, theme=theme, by=marketer)
    return found


@pytest.fixture
def practised(themes, rep, marketer, monkeypatch):
    """People placed enough to say how sure a guess is: twelve notes of each theme."""
    monkeypatch.setattr(
        "objections.nlp.curating.read_section",
        lambda name: read_section(name) | ({"least": 20} if name == "curator" else {}),
    )
    for axis, theme in enumerate(themes):
        for voice in notes(rep, axis, 10):
            place_objection(objection=voice, theme=theme, by=marketer)
    return themes


def test_it_offers_together_what_surely_belongs_to_one_theme(practised, rep, marketer):
    alike = notes(rep, 0, 4)

    offer = next_offer(marketer.pk)

    assert offer.is_group
    assert offer.themes == [practised[0]]
    assert set(offer.objections) <= set(alike)


def test_before_people_placed_enough_notes_come_one_by_one(themes, rep, marketer):
    notes(rep, 0, 4)
    assert not next_offer(marketer.pk).is_group


def presume(voice, theme, sureness):
    return Presumption.objects.create(objection=voice, theme=theme, sureness=sureness, words=voice.vector.text_hash)


def test_what_is_presumed_comes_once_nothing_else_waits_the_least_sure_first_with_its_theme_first(
    practised, rep, marketer
):
    price, trust = practised
    (sure,), (odd,), (waits,) = notes(rep, 0, 1), notes(rep, 1, 1), notes(rep, 1, 1)
    presume(sure, price, 0.9)
    presume(odd, price, 0.5)  # it reads like the other theme

    assert next_offer(marketer.pk) == pile.Offer([waits], [trust, price])
    sort_objections(objections=[waits], theme=trust, by=marketer)
    assert next_offer(marketer.pk) == pile.Offer([odd], [price, trust], stands=price)
    sort_objections(objections=[odd], theme=trust, by=marketer)
    assert next_offer(marketer.pk) == pile.Offer([sure], [price, trust], stands=price)
    sort_objections(objections=[sure], theme=price, by=marketer)
    assert next_offer(marketer.pk) is None


def test_what_waits_is_read_anew_when_what_was_read_is_presumed_by_now(practised, rep, marketer, monkeypatch):
    monkeypatch.setattr(pile, "OFFERED", 4)
    first, later = notes(rep, 1, 3), notes(rep, 0, 4)
    assert next_offer(marketer.pk).objections[0] in later
    for voice in later:
        presume(voice, practised[0], 0.9)

    assert next_offer(marketer.pk).objections[0] in first


def test_a_note_alone_comes_with_its_likeliest_themes(themes, rep, marketer):
    (alone,) = notes(rep, 1, 1)

    offer = next_offer(marketer.pk)

    assert (offer.objections, offer.themes) == ([alone], [themes[1], themes[0]])


def test_it_offers_a_note_while_no_theme_has_an_example(rep, marketer):
    (alone,) = notes(rep, 3, 1)
    assert next_offer(marketer.pk) == pile.Offer([alone], [])


def test_it_goes_on_with_what_is_left_until_nothing_is(themes, rep, marketer):
    waiting = notes(rep, 0, 5) + notes(rep, 1, 4) + notes(rep, 2, 3)
    seen = []
    while offer := next_offer(marketer.pk):
        seen += offer.objections
        sort_objections(objections=offer.objections, theme=offer.themes[0], by=marketer)
    assert sorted(o.pk for o in seen) == sorted(o.pk for o in waiting)


def test_it_reads_the_vectors_once(themes, rep, marketer, monkeypatch):
    notes(rep, 0, 4)
    next_offer(marketer.pk)
    monkeypatch.setattr(pile, "_read", None)

    offer = next_offer(marketer.pk)
    sort_objections(objections=offer.objections[:1], theme=themes[0], by=marketer)

    assert offer.objections[0] not in next_offer(marketer.pk).objections


def test_what_is_logged_later_is_offered_too(themes, rep, marketer):
    notes(rep, 0, 1)
    next_offer(marketer.pk)
    (later,) = notes(rep, 1, 1)

    offers = {next_offer(marketer.pk, skipped=skipped).objections[0] for skipped in ((), [later.pk])}

    assert later in offers


def test_what_was_refused_is_neither_offered_nor_guessed_again(themes, rep, marketer):
    alike = notes(rep, 0, 3)
    refuse_theme(objections=alike, theme=themes[0], by=marketer)

    offer = next_offer(marketer.pk)

    assert not offer.is_group
    assert offer.themes == [themes[1]]
    assert guesses_of(offer.objections, [themes[1].pk]) == {offer.objections[0].pk: [themes[0].pk, themes[1].pk]}


def test_what_a_person_took_out_of_a_theme_is_not_offered_for_it(themes, rep, marketer):
    (voice,) = notes(rep, 0, 1)
    place_objection(objection=voice, theme=themes[0], by=marketer)
    take_out(objection=voice, by=marketer)

    assert next_offer(marketer.pk).themes[0] == themes[1]


def test_an_act_that_was_undone_is_no_refusal(themes, rep, marketer):
    (voice,) = notes(rep, 0, 1)
    found = sort_objections(objections=[voice], theme=themes[0], by=marketer)
    undo_sorting(sorting=found.sorting, by=marketer)

    assert next_offer(marketer.pk).themes[0] == themes[0]


def test_it_leaves_out_what_was_skipped_or_set_aside(themes, rep, marketer):
    first, second = notes(rep, 0, 1) + notes(rep, 1, 1)
    set_aside(objection=first, by=marketer)

    assert next_offer(marketer.pk).objections == [second]
    assert next_offer(marketer.pk, skipped=[second.pk]) is None


def test_a_theme_made_a_moment_ago_is_known_from_its_first_note(themes, rep, marketer):
    new = notes(rep, 5, 2)
    next_offer(marketer.pk)
    sort_into_new(objections=new[:1], theme=Theme(name="New", category=themes[0].category), by=marketer)

    assert next_offer(marketer.pk).themes[0].name == "New"


def test_a_theme_that_is_gone_is_offered_no_more(themes, rep, marketer):
    notes(rep, 0, 1)
    assert next_offer(marketer.pk).themes[0] == themes[0]
    retire_theme(theme=themes[0], by=marketer)

    assert next_offer(marketer.pk).themes == [themes[1]]


def test_two_people_at_work_are_offered_different_notes(themes, rep, marketer, leader):
    notes(rep, 0, 6)
    for person in (marketer, leader):
        Sorting.objects.create(by=person)

    offers = [set(next_offer(person.pk).objections) for person in (marketer, leader)]

    assert offers[0]
    assert offers[1]
    assert not offers[0] & offers[1]


def test_the_last_note_is_offered_to_whoever_asks(themes, rep, marketer, leader):
    notes(rep, 0, 1)
    for person in (marketer, leader):
        Sorting.objects.create(by=person)
    assert next_offer(marketer.pk).objections == next_offer(leader.pk).objections


def test_a_note_that_was_not_read_yet_is_offered_last(rep, marketer):
    voice = make_objection("they want a SOC 2 report before signing", author=rep)
    assert next_offer(marketer.pk).objections == [voice]
    assert next_offer(marketer.pk, skipped=[voice.pk]) is None


def test_it_is_bounded(themes, rep, marketer, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(pile, "OFFERED", 4)
    notes(rep, 0, 9)
    next_offer(marketer.pk)
    assert len(pile._held.rows.notes) == 4
    with django_assert_max_num_queries(14):
        next_offer(marketer.pk)

    while offer := next_offer(marketer.pk):
        sort_objections(objections=offer.objections, theme=themes[0], by=marketer)
    assert not Objection.objects.in_pile().exists()
