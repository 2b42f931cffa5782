import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.jobs import queue_job
from objections.actions.merges import merge_themes, undo_merge
from objections.actions.placements import place_objection
from objections.actions.proposals import (
    MovedOn,
    OutOfDate,
    accept_many,
    accept_proposal,
    reject_proposal,
    undo_decision,
)
from objections.actions.splits import split_theme
from objections.actions.themes import change_theme, restore_theme, retire_theme
from objections.models import Build, Objection, Placement, Proposal, Theme
from tests.factories import make_objection, make_theme, place


@pytest.fixture
def propose(marketer):
    build = Build.objects.create(job=queue_job(kind="build_themes"), by=marketer, ended_at=timezone.now())

    def make(kind, voices=(), **fields):
        proposal = Proposal.objects.create(build=build, kind=kind, why="they say the same", **fields)
        proposal.objections.set(voices)
        return proposal

    return make


@pytest.fixture
def voices(rep):
    return [make_objection(f"voice {number}", author=rep) for number in range(3)]


def category():
    return make_theme("Any").category


def test_accepting_a_new_theme_makes_it_and_places_its_voices(propose, voices, marketer):
    proposal = propose("new", voices, name="Parking, lorry")

    accept_proposal(proposal=proposal, by=marketer, name="No parking", category=category())

    theme = Theme.objects.get(name="No parking")
    assert theme.made_by == marketer
    assert {(voice.placement.theme, voice.placement.by) for voice in voices} == {(theme, marketer)}
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by, proposal.theme) == ("accepted", marketer, theme)


def test_accepting_leaves_alone_what_was_withdrawn_or_placed_by_a_person(propose, voices, marketer, rep):
    elsewhere = make_theme("Elsewhere")
    place_objection(objection=voices[0], theme=elsewhere, by=rep)
    Objection.objects.filter(pk=voices[1].pk).update(withdrawn_at=timezone.now(), withdrawn_by=rep)
    proposal = propose("new", voices, name="No parking")

    accept_proposal(proposal=proposal, by=marketer, category=elsewhere.category)

    assert voices[0].placement.theme == elsewhere
    assert voices[1].placement is None
    assert voices[2].placement.theme.name == "No parking"


def test_deciding_twice_changes_nothing(propose, voices, marketer, leader):
    proposal = propose("new", voices, name="No parking")
    kind = category()
    accept_proposal(proposal=proposal, by=marketer, category=kind)

    accept_proposal(proposal=proposal, by=leader, category=kind)
    reject_proposal(proposal=proposal, by=leader)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("accepted", marketer)
    assert Theme.objects.filter(name__startswith="No parking").count() == 1


def test_a_taken_name_gets_a_number(propose, voices, marketer):
    theme = make_theme("No parking")

    accept_proposal(proposal=propose("new", voices, name="No parking"), by=marketer, category=theme.category)

    assert voices[0].placement.theme.name == "No parking (2)"


@pytest.mark.parametrize("kind", ["new", "move"])
def test_a_proposal_with_nothing_left_to_do_is_out_of_date(kind, propose, voices, marketer):
    theme = make_theme("Elsewhere")
    for voice in voices:
        place_objection(objection=voice, theme=theme, by=marketer)
    proposal = propose(kind, voices, name="No parking", theme=None if kind == "new" else theme)

    with pytest.raises(OutOfDate):
        accept_proposal(proposal=proposal, by=marketer, category=theme.category)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("stale", None)
    assert not Theme.objects.filter(name="No parking").exists()


@pytest.mark.parametrize("kind", ["move", "merge", "split"])
def test_a_proposal_for_a_theme_that_is_gone_is_out_of_date(kind, propose, voices, marketer):
    theme, other = make_theme("Gone"), make_theme("Other")
    merge_themes(into=other, theme=theme, by=marketer)
    proposal = propose(kind, voices, theme=theme, into=make_theme("Third") if kind == "merge" else None, name="Part")

    with pytest.raises(OutOfDate):
        accept_proposal(proposal=proposal, by=marketer)

    assert Proposal.objects.get().state == "stale"


def test_accepting_a_move_and_taking_it_back(propose, voices, marketer):
    was, to = place(voices[0], make_theme("Budget", category="budget")), make_theme("Price")
    proposal = propose("move", voices, theme=to)

    accept_proposal(proposal=proposal, by=marketer)
    assert {voice.placement.theme for voice in voices} == {to}
    undo_decision(proposal=proposal, by=marketer)

    assert [voice.placement for voice in voices] == [was, None, None]
    assert Proposal.objects.get().state == "open"


def test_taking_back_a_new_theme_retires_it(propose, voices, marketer):
    proposal = propose("new", voices, name="No parking")
    accept_proposal(proposal=proposal, by=marketer, category=category())

    undo_decision(proposal=proposal, by=marketer)
    undo_decision(proposal=proposal, by=marketer)

    assert Theme.objects.get(name="No parking").state == "retired"
    assert not Placement.objects.live().exists()


def test_accepting_a_merge_and_taking_it_back(propose, voices, marketer):
    theme, into = make_theme("Costly"), make_theme("Price")
    place(voices[0], theme)
    proposal = propose("merge", theme=theme, into=into)

    accept_proposal(proposal=proposal, by=marketer)
    assert voices[0].placement.theme == into
    undo_decision(proposal=proposal, by=marketer)

    assert voices[0].placement.theme == theme


def test_accepting_a_split_and_taking_it_back(propose, voices, marketer):
    theme = make_theme("Price")
    for voice in voices:
        place(voice, theme)
    proposal = propose("split", voices[:2], theme=theme, name="Discounts")

    accept_proposal(proposal=proposal, by=marketer)
    assert [voice.placement.theme.name for voice in voices] == ["Discounts", "Discounts", "Price"]
    undo_decision(proposal=proposal, by=marketer)

    assert {voice.placement.theme for voice in voices} == {theme}


def test_accepting_a_retirement_and_taking_it_back(propose, marketer):
    theme = make_theme("Idle")
    proposal = propose("retire", theme=theme)

    accept_proposal(proposal=proposal, by=marketer)
    assert Theme.objects.get(pk=theme.pk).state == "retired"
    undo_decision(proposal=proposal, by=marketer)

    assert Theme.objects.get(pk=theme.pk).state == "active"


def test_rejecting_changes_nothing_else_and_can_be_taken_back(propose, voices, marketer):
    proposal = propose("new", voices, name="No parking")

    reject_proposal(proposal=proposal, by=marketer)
    assert Proposal.objects.get().state == "rejected"
    assert not Placement.objects.exists()
    undo_decision(proposal=proposal, by=marketer)

    assert Proposal.objects.get().state == "open"


def test_what_is_taken_back_after_a_later_build_is_out_of_date(propose, voices, marketer):
    proposal = propose("new", voices, name="No parking")
    reject_proposal(proposal=proposal, by=marketer)
    Build.objects.create(job=queue_job(kind="build_themes"), by=marketer, ended_at=timezone.now())

    undo_decision(proposal=proposal, by=marketer)

    assert Proposal.objects.get().state == "stale"


@pytest.mark.parametrize("kind", ["new", "move"])
def test_it_is_not_taken_back_once_its_theme_was_merged(kind, propose, voices, marketer, sign_in):
    joint, was = make_theme("Joint"), make_theme("Before")
    proposal = propose(kind, voices, name="No parking", theme=was if kind == "move" else None)
    proposal = accept_proposal(proposal=proposal, by=marketer, category=joint.category)
    merge_themes(into=joint, theme=proposal.theme, by=marketer)

    page = sign_in(marketer).post(reverse("objections:proposal_undo", args=[proposal.pk]), follow=True)

    assert f"“{proposal.theme}” was merged into “Joint” since. Undo that merge first." in page.content.decode()
    assert Proposal.objects.get().state == "accepted"
    assert {voice.placement.theme for voice in voices} == {joint}


def test_taking_back_a_split_leaves_another_split_of_the_same_person(propose, voices, marketer):
    theme = make_theme("Price")
    for voice in voices:
        place(voice, theme)
    proposal = accept_proposal(
        proposal=propose("split", voices[:1], theme=theme, name="Discounts"), by=marketer, name="Discounts"
    )
    split_theme(theme=theme, objections=voices[1:2], name="Rebates", by=marketer)

    undo_decision(proposal=proposal, by=marketer)

    assert [voice.placement.theme.name for voice in voices] == ["Price", "Rebates", "Price"]


def test_taking_back_a_merge_leaves_a_later_one_of_the_same_themes(propose, marketer, leader):
    theme, into = make_theme("Costly"), make_theme("Price")
    proposal = accept_proposal(proposal=propose("merge", theme=theme, into=into), by=marketer)
    undo_merge(merge=proposal.merge, by=leader)
    merge_themes(into=into, theme=theme, by=leader)

    undo_decision(proposal=proposal, by=marketer)

    assert Theme.objects.get(pk=theme.pk).state == "merged"


def test_taking_back_a_retirement_leaves_one_by_somebody_else(propose, marketer, leader):
    theme = make_theme("Idle")
    proposal = accept_proposal(proposal=propose("retire", theme=theme), by=marketer)
    restore_theme(theme=theme, by=leader)
    retire_theme(theme=theme, by=leader)

    with pytest.raises(MovedOn):
        undo_decision(proposal=proposal, by=marketer)

    assert Theme.objects.get(pk=theme.pk).state == "retired"
    assert Proposal.objects.get().state == "accepted"


def test_a_retirement_that_somebody_made_already_is_out_of_date(propose, marketer, leader):
    theme = make_theme("Idle")
    retire_theme(theme=theme, by=leader)

    with pytest.raises(OutOfDate):
        accept_proposal(proposal=propose("retire", theme=theme), by=marketer)


def test_accepting_a_rename_keeps_the_history_and_taking_it_back_gives_the_name_back(propose, marketer):
    theme = make_theme("Too dear")
    proposal = propose("rename", theme=theme, name="Licence price")

    accept_proposal(proposal=proposal, by=marketer)
    theme.refresh_from_db()
    assert (theme.name, theme.history.first().history_user) == ("Licence price", marketer)

    undo_decision(proposal=proposal, by=marketer)
    theme.refresh_from_db()
    assert theme.name == "Too dear"
    assert [record.name for record in theme.history.all()] == ["Too dear", "Licence price", "Too dear"]


def test_a_rename_is_not_taken_back_once_somebody_renamed_the_theme_again(propose, marketer, leader):
    theme = make_theme("Too dear")
    proposal = accept_proposal(proposal=propose("rename", theme=theme, name="Licence price"), by=marketer)
    theme.refresh_from_db()
    theme.name = "Price of licences"
    change_theme(theme=theme, by=leader)

    with pytest.raises(MovedOn, match="renamed to “Price of licences” since"):
        undo_decision(proposal=proposal, by=marketer)

    assert Theme.objects.get(pk=theme.pk).name == "Price of licences"


def test_a_name_taken_meanwhile_gets_a_number_on_the_way_back(propose, marketer):
    theme = make_theme("Too dear")
    proposal = accept_proposal(proposal=propose("rename", theme=theme, name="Licence price"), by=marketer)
    make_theme("Too dear")

    undo_decision(proposal=proposal, by=marketer)

    assert Theme.objects.get(pk=theme.pk).name == "Too dear (2)"


def test_accepting_many_makes_each_a_deed_of_its_own(propose, voices, marketer):
    theme = make_theme("Price")
    new, move = propose("new", voices[:2], name="No parking"), propose("move", voices[2:], theme=theme)

    done = accept_many(proposals=[move, new], by=marketer, categories={new.pk: theme.category})
    assert [proposal.pk for proposal in done.proposals] == [new.pk, move.pk]
    undo_decision(proposal=new, by=marketer)

    assert [voice.placement and voice.placement.theme for voice in voices] == [None, None, theme]


def test_one_that_cannot_be_accepted_takes_no_other_down(propose, voices, marketer):
    theme, gone = make_theme("Price"), make_theme("Gone", state="retired")
    bad, good = propose("move", voices[:1], theme=gone), propose("move", voices[1:], theme=theme)

    done = accept_many(proposals=[bad, good], by=marketer, categories={})

    assert [proposal.pk for proposal in done.proposals] == [good.pk]
    ((refused, why),) = done.refused
    assert (refused.pk, "“Gone” was merged or retired." in why) == (bad.pk, True)
    bad.refresh_from_db()
    assert (bad.state, bad.gone) == ("stale", "“Gone” was merged or retired.")


def test_voices_are_moved_into_a_theme_before_it_is_merged_away(propose, voices, marketer):
    theme, into = make_theme("Costly"), make_theme("Price")
    merge, move = propose("merge", theme=theme, into=into), propose("move", voices, theme=theme)

    done = accept_many(proposals=[merge, move], by=marketer, categories={})

    assert not done.refused
    assert {voice.placement.theme for voice in voices} == {into}
