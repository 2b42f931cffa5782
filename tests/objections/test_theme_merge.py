import pytest

from objections.actions.merges import merge_themes, undo_merge
from objections.actions.placements import ThemeGone, place_objection
from objections.models import Merge
from tests.factories import make_collateral, make_objection, make_request, make_theme, place


@pytest.fixture
def themes(company):
    return make_theme("Too dear"), make_theme("Costs too much")


def voices_of(theme):
    return {placement.objection for placement in theme.placements.live()}


def test_it_carries_every_voice_over_and_keeps_who_placed_it(themes, rep, marketer):
    into, theme = themes
    by_model, by_person = make_objection("dear", author=rep), make_objection("costly", author=rep)
    place(by_model, theme, confidence=0.7)
    place(by_person, theme, by=rep)

    merge_themes(into=into, theme=theme, by=marketer)

    theme.refresh_from_db()
    assert theme.state == "merged"
    assert voices_of(into) == {by_model, by_person}
    assert (by_model.placement.by, by_model.placement.confidence) == (None, 0.7)
    assert by_person.placement.by == rep


def test_it_merges_once(themes, marketer):
    into, theme = themes

    assert merge_themes(into=into, theme=theme, by=marketer) == merge_themes(into=into, theme=theme, by=marketer)
    assert Merge.objects.count() == 1


def test_it_refuses_a_theme_that_is_gone_and_a_theme_with_itself(themes, marketer):
    into, theme = themes
    merge_themes(into=into, theme=theme, by=marketer)

    with pytest.raises(ThemeGone):
        merge_themes(into=theme, theme=into, by=marketer)
    with pytest.raises(ValueError, match="itself"):
        merge_themes(into=into, theme=into, by=marketer)


def test_it_lets_what_answered_the_theme_answer_the_joint_one(themes, marketer):
    into, theme = themes
    sheet = make_collateral(owner=marketer, themes=[theme])
    request = make_request(by=marketer, themes=[theme])
    both = make_collateral("Both", owner=marketer, themes=[into, theme])

    merge = merge_themes(into=into, theme=theme, by=marketer)

    assert set(into.collateral.all()) == {sheet, both}
    assert list(into.requests.all()) == [request]
    undo_merge(merge=merge, by=marketer)
    assert list(into.collateral.all()) == [both]
    assert not into.requests.exists()


def test_undoing_gives_every_voice_back(themes, rep, marketer):
    into, theme = themes
    stays, comes_back = make_objection("dear", author=rep), make_objection("costly", author=rep)
    place(stays, into)
    first = place(comes_back, theme)

    merge = merge_themes(into=into, theme=theme, by=marketer)
    back = undo_merge(merge=merge, by=marketer)

    theme.refresh_from_db()
    merge.refresh_from_db()
    assert (back, theme.state, merge.undone_by) == (1, "active", marketer)
    assert comes_back.placement == first
    assert voices_of(into) == {stays}


def test_undoing_leaves_what_people_moved_since(themes, rep, marketer):
    into, theme = themes
    moved, comes_back = make_objection("dear", author=rep), make_objection("costly", author=rep)
    place(moved, theme)
    place(comes_back, theme)
    elsewhere = make_theme("No budget", category="budget")
    merge = merge_themes(into=into, theme=theme, by=marketer)
    place_objection(objection=moved, theme=elsewhere, by=marketer)

    undo_merge(merge=merge, by=marketer)

    assert moved.placement.theme == elsewhere
    assert comes_back.placement.theme == theme


def test_undoing_twice_changes_nothing(themes, rep, marketer):
    into, theme = themes
    voice = make_objection("dear", author=rep)
    place(voice, theme)
    merge = merge_themes(into=into, theme=theme, by=marketer)
    undo_merge(merge=merge, by=marketer)
    place_objection(objection=voice, theme=into, by=marketer)

    assert undo_merge(merge=merge, by=marketer) == 0
    assert voice.placement.theme == into


def test_undoing_reaches_voices_that_a_later_merge_carried_on(themes, rep, marketer):
    into, theme = themes
    third = make_theme("All about money")
    voice = make_objection("dear", author=rep)
    place(voice, theme)
    first = merge_themes(into=into, theme=theme, by=marketer)
    second = merge_themes(into=third, theme=into, by=marketer)

    undo_merge(merge=first, by=marketer)
    assert voice.placement.theme == theme
    undo_merge(merge=second, by=marketer)
    assert voice.placement.theme == theme


def test_undoing_renames_where_the_name_was_taken(themes, marketer):
    into, theme = themes
    merge = merge_themes(into=into, theme=theme, by=marketer)
    make_theme("Costs too much")

    undo_merge(merge=merge, by=marketer)

    theme.refresh_from_db()
    assert theme.name == "Costs too much (2)"


def test_undoing_the_first_of_two_merges_takes_its_answers_off_the_last_theme_too(themes, marketer):
    into, theme = themes
    third = make_theme("All about money")
    sheet, own = make_collateral(owner=marketer, themes=[theme]), make_collateral(owner=marketer, themes=[into])
    request = make_request(by=marketer, themes=[theme])
    first = merge_themes(into=into, theme=theme, by=marketer)
    second = merge_themes(into=third, theme=into, by=marketer)

    undo_merge(merge=first, by=marketer)

    assert list(third.collateral.all()) == [own]
    assert not third.requests.exists()
    undo_merge(merge=second, by=marketer)
    assert (list(theme.collateral.all()), list(into.collateral.all())) == ([sheet], [own])
    assert list(request.themes.all()) == [theme]
    assert not third.collateral.exists()


def test_undoing_leaves_an_answer_that_another_merged_theme_has_too(themes, marketer):
    into, theme = themes
    also = make_theme("Priced too high")
    sheet = make_collateral(owner=marketer, themes=[theme, also])
    first = merge_themes(into=into, theme=theme, by=marketer)
    second = merge_themes(into=into, theme=also, by=marketer)

    undo_merge(merge=first, by=marketer)
    assert list(into.collateral.all()) == [sheet]

    undo_merge(merge=second, by=marketer)
    assert not into.collateral.exists()
