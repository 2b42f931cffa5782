"""How often the machine's first guess was right: the figure of what it learned."""

import pytest
from django.urls import reverse

from feedback.models import Job
from objections.actions.merges import merge_themes
from objections.actions.placements import place_objection, take_out
from objections.actions.proposals import accept_proposal
from objections.actions.sortings import sort_objections, undo_sorting
from objections.metrics import guessed
from objections.metrics.learning import OWN
from objections.models import Build, Proposal
from tests.factories import make_objection, make_theme


def put(rep, theme, by, guesses):
    voice = make_objection(author=rep)
    place_objection(objection=voice, theme=theme, by=by, guesses=[guess.pk for guess in guesses])
    return voice


def test_it_counts_first_guesses_and_those_among_three(rep, marketer, leader, price, trust):
    for by, guesses in ((marketer, [price, trust]), (marketer, [trust, price]), (marketer, [trust]), (leader, [price])):
        put(rep, price, by, guesses)

    own, everybodys = guessed(marketer), guessed()

    assert (own.first.counts, own.in_three.counts) == ("1 of 3", "2 of 3")
    assert (everybodys.first.counts, everybodys.in_three.counts) == ("2 of 4", "3 of 4")


def test_the_fourth_guess_is_none(rep, marketer, price, trust):
    others = [make_theme(f"Other {number}", category="other") for number in range(3)]
    assert put(rep, price, marketer, [*others, price]).placement.guess_rank == 0


def test_where_nothing_was_guessed_nothing_counts(rep, marketer, price):
    put(rep, price, marketer, [])
    assert not guessed(marketer)
    assert not guessed()


def test_only_the_last_ones_count(rep, marketer, price, trust):
    put(rep, price, marketer, [trust])
    for _ in range(OWN):
        put(rep, price, marketer, [price])
    assert str(guessed(marketer).first) == "100\u00a0%"
    assert guessed(marketer).first.whole == OWN


def test_what_was_taken_back_does_not_count_and_what_a_merge_carried_does(rep, marketer, price, trust):
    take_out(objection=put(rep, price, marketer, [price]), by=marketer)
    voice = make_objection(author=rep)
    found = sort_objections(objections=[voice], theme=price, by=marketer, guesses={voice.pk: [price.pk]})
    undo_sorting(sorting=found.sorting, by=marketer)
    assert not guessed(marketer)

    put(rep, price, marketer, [price])
    merge_themes(into=trust, theme=price, by=marketer)
    assert guessed(marketer).first.counts == "1 of 1"


def test_an_accepted_proposal_remembers_its_guess_and_is_not_counted(rep, marketer, price):
    build = Build.objects.create(job=Job.objects.create(kind="build_themes", state="done"), by=marketer)
    proposal = Proposal.objects.create(build=build, kind="move", theme=price, why="alike")
    voice = make_objection(author=rep)
    proposal.objections.add(voice)
    accept_proposal(proposal=proposal, by=marketer)

    assert (voice.placement.guess, voice.placement.guess_rank) == (price, 1)
    assert not guessed(marketer)


def test_it_is_one_query(rep, marketer, price, django_assert_num_queries):
    put(rep, price, marketer, [price])
    with django_assert_num_queries(1):
        guessed(marketer)


@pytest.mark.parametrize(("count", "words"), [(12, "<b>12 of 12</b> of your placements"), (20, "of your last 20 ")])
def test_the_themes_page_says_it_in_counts_below_twenty(count, words, rep, marketer, price, sign_in):
    for _ in range(count):
        put(rep, price, marketer, [price])
    assert words in sign_in(marketer).get(reverse("objections:theme_list")).content.decode()
