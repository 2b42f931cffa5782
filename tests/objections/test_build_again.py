"""What a build owes to the ones before: the same input is a no-op, and what was rejected is not asked again."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.jobs import queue_job, run_due_jobs
from objections import nlp
from objections.actions.proposals import accept_proposal, reject_proposal, undo_decision
from objections.actions.themes import change_theme, start_build
from objections.models import Build, Objection, Placement, Proposal, Theme
from objections.nlp import types
from objections.theming.grounds import doubtable_names
from tests.factories import make_objection, make_theme, place


@pytest.fixture
def proposed(monkeypatch):
    """What the language package proposes: a list to fill, so that a test says what a build finds."""
    found = []
    monkeypatch.setattr(nlp, "propose", lambda texts, *a, **b: tuple(one(texts) for one in found))
    return found


@pytest.fixture
def voices(rep):
    return [make_objection(f"voice {number}", author=rep) for number in range(10)]


def new(*words, name="Parking"):
    return lambda texts: types.Proposal("new", tuple(map(texts.index, words)), "Alike.", name=name, confidence=0.8)


def said(first, last):
    return [f"voice {number}" for number in range(first, last)]


def build(by):
    made = start_build(by=by)
    run_due_jobs()
    made.refresh_from_db()
    assert made.job.state == "done", made.job.error
    return made


def more(rep, first, last):
    return [make_objection(f"voice {number}", author=rep) for number in range(first, last)]


def test_the_same_input_is_a_no_op_and_the_proposals_stand(voices, proposed, marketer, sign_in, monkeypatch):
    proposed.append(new(*said(0, 6)))
    first = build(marketer)
    monkeypatch.setattr(nlp, "propose", lambda *a, **b: pytest.fail("It read everything again."))

    second = build(marketer)

    assert second.same_as == first
    assert first.proposals.open().count() == 1
    page = sign_in(marketer).get(second.get_absolute_url()).content.decode()
    assert "Nothing has changed since the" in page
    assert "the proposals stand" in page
    assert "Review 1 proposal" in page


def test_a_third_build_on_the_same_input_still_names_the_one_that_read(voices, proposed, marketer):
    first = build(marketer)
    build(marketer)

    assert build(marketer).same_as == first


@pytest.mark.parametrize(
    "change",
    [
        lambda voices, by: make_objection("another", author=by),
        lambda voices, by: Objection.objects.filter(pk=voices[0].pk).update(text="other words"),
        lambda voices, by: Objection.objects.filter(pk=voices[0].pk).update(
            withdrawn_at=timezone.now(), withdrawn_by=by
        ),
        lambda voices, by: place(voices[0], make_theme("Price"), by=by),
        lambda voices, by: make_theme("Price"),
        lambda voices, by: Theme.objects.filter(pk=Theme.objects.first().pk).update(name="Other name"),
        lambda voices, by: Theme.objects.first().exemplars.create(text="like this"),
        lambda voices, by: reject_proposal(proposal=Proposal.objects.get(), by=by),
    ],
    ids=["logged", "reworded", "withdrawn", "placed", "theme", "renamed", "exemplar", "rejected"],
)
def test_whatever_it_stands_on_makes_it_read_again(change, voices, proposed, marketer):
    proposed.append(new(*said(0, 6)))
    build(marketer)
    change(voices, marketer)
    proposed.clear()

    assert build(marketer).same_as is None


def test_another_encoder_makes_it_read_again_and_the_page_says_so(voices, proposed, marketer, sign_in, monkeypatch):
    build(marketer)
    monkeypatch.setattr("objections.theming.grounds.encoder_name", lambda: "another")

    again = build(marketer)

    assert again.same_as is None
    assert "the encoder or its lens" in sign_in(marketer).get(again.get_absolute_url()).content.decode()


def test_accepting_and_taking_back_leaves_the_same_input(voices, proposed, marketer):
    theme = make_theme("Price")
    proposed.append(lambda texts: types.Proposal("assign", (0, 1), "Alike.", theme=theme.pk, confidence=0.8))
    first = build(marketer)
    accept_proposal(proposal=first.proposals.get(), by=marketer)
    undo_decision(proposal=first.proposals.get(), by=marketer)

    assert build(marketer).same_as == first
    assert first.proposals.get().state == "open"


def test_a_rejected_group_that_grew_by_little_is_not_asked_again(voices, proposed, rep, marketer):
    proposed.append(new(*said(0, 10)))
    reject_proposal(proposal=build(marketer).proposals.get(), by=marketer)
    more(rep, 10, 14)
    proposed[:] = [new(*said(0, 14), name="Parking, lorries")]

    assert not build(marketer).proposals.exists()


def test_a_rejected_group_that_changed_a_lot_is_asked_again_and_says_so(voices, proposed, rep, marketer):
    proposed.append(new(*said(0, 10)))
    reject_proposal(proposal=build(marketer).proposals.get(), by=marketer)
    more(rep, 10, 16)
    proposed[:] = [new(*said(0, 16))]

    again = build(marketer).proposals.get()

    assert again.again.startswith("Rejected on ")
    assert again.again.endswith("asked again because 6 of 16 objections are new since.")


def test_what_was_once_refused_for_a_theme_is_left_out_of_the_next_move(voices, proposed, rep, marketer):
    theme = make_theme("Price")

    def assign(texts, last):
        return types.Proposal("assign", tuple(range(last)), "Alike.", theme=theme.pk, confidence=0.8)

    proposed.append(lambda texts: assign(texts, 5))
    reject_proposal(proposal=build(marketer).proposals.get(), by=marketer)
    proposed[:] = [lambda texts: assign(texts, 7)]

    assert list(build(marketer).proposals.get().objections.order_by("pk")) == voices[5:7]


def test_a_rejected_merge_is_not_asked_the_other_way_round(voices, proposed, rep, marketer):
    small, large = make_theme("Small"), make_theme("Large")
    for voice in voices[:5]:
        place(voice, small)
    proposed.append(lambda t: types.Proposal("merge", (0, 1, 2, 3, 4), "Alike.", theme=large.pk, other=small.pk))
    reject_proposal(proposal=build(marketer).proposals.get(), by=marketer)
    proposed[:] = [lambda t: types.Proposal("merge", (5, 6, 7), "Alike.", theme=small.pk, other=large.pk)]

    assert not build(marketer).proposals.exists()

    for voice in voices[5:]:
        place(voice, small)
    assert build(marketer).proposals.get().again.endswith("5 of 10 objections are new since.")


def test_what_repeats_follows_and_what_is_gone_says_why(voices, proposed, rep, marketer, sign_in):
    gone = make_theme("Gone")
    proposed[:] = [new(*said(0, 5)), lambda t: types.Proposal("rename", (5,), "Other.", theme=gone.pk, name="Else")]
    first = build(marketer)
    repeated, lost = first.proposals.order_by("id")
    more(rep, 10, 11)
    Theme.objects.filter(pk=gone.pk).update(state="retired")
    proposed[:] = [new(*said(0, 6), name="Other words"), new(*said(6, 10), name="Dogs")]

    second = build(marketer)

    follower, fresh = second.proposals.order_by("id")
    assert (follower.follows, fresh.follows) == (repeated, None)
    lost.refresh_from_db()
    assert (lost.state, lost.gone) == ("stale", "“Gone” is retired by now.")
    page = sign_in(marketer).get(second.get_absolute_url()).content.decode()
    assert "1 proposal repeated, 1 new, 1 gone." in page
    assert "objections (10 → 11)" in page
    assert "“Gone” is retired by now." in page


def test_it_says_that_somebody_placed_what_a_gone_proposal_was_about(voices, proposed, marketer):
    proposed.append(new(*said(0, 5)))
    first = build(marketer)
    for voice in voices[:4]:
        place(voice, make_theme(f"For {voice}"), by=marketer)
    proposed.clear()
    build(marketer)

    assert first.proposals.get().gone == "4 of its 5 objections were placed by somebody or withdrawn since."


def test_its_page_says_what_it_read_how_long_it_took_and_what_became_of_it(voices, proposed, marketer, sign_in):
    theme = make_theme("Price")
    place(voices[9], theme)
    proposed[:] = [new(*said(0, 5)), lambda t: types.Proposal("rename", (9,), "Other.", theme=theme.pk, name="Else")]
    made = build(marketer)
    accept_proposal(proposal=made.proposals.get(kind="rename"), by=marketer)

    page = sign_in(marketer).get(made.get_absolute_url()).content.decode()

    assert (made.objections_read, made.in_themes, made.in_groups) == (10, 1, 6)
    assert "1 stood in a theme; 6 do when all is accepted." in page
    assert "Rename theme: <a" in page
    assert "Price to Else" in page
    assert "<dt>Lens</dt>" in page
    assert "Reading objections" in page


def test_past_builds_are_listed_with_what_became_of_them(voices, proposed, marketer, sign_in):
    proposed.append(new(*said(0, 5)))
    build(marketer)
    build(marketer)
    client = sign_in(marketer)

    page = client.get(reverse("objections:build_list")).content.decode()

    assert page.count("row-link") == 2
    assert "Nothing had changed" in page
    assert reverse("objections:build_list") in client.get(reverse("objections:theme_list")).content.decode()


def test_the_list_of_builds_costs_the_same_for_many(company, marketer, sign_in, django_assert_max_num_queries):
    for _ in range(20):
        Build.objects.create(job=queue_job(kind="build_themes"), by=marketer, ended_at=timezone.now())
    client = sign_in(marketer)
    client.get(reverse("objections:build_list"))

    with django_assert_max_num_queries(12):
        client.get(reverse("objections:build_list"))


def test_no_name_is_doubted_that_a_person_gave_lately(company, marketer):
    seeded, lately, long_ago = make_theme("Seeded"), make_theme("By hand"), make_theme("Long ago")
    for theme in (lately, long_ago):
        theme.name += " renamed"
        change_theme(theme=theme, by=marketer)
    long_ago.history.update(history_date=timezone.now() - timedelta(days=200))
    lately.definition = "Only the definition was changed after that"
    change_theme(theme=lately, by=marketer)

    names = doubtable_names()

    assert names[seeded.pk] == "Seeded"
    assert names[long_ago.pk] == "Long ago renamed"
    assert lately.pk not in names


def test_a_build_gives_the_clusterer_what_stands_in_themes(voices, marketer, monkeypatch):
    asked = {}
    monkeypatch.setattr(
        nlp, "propose", lambda texts, themes, by_person, **rest: asked.update(t=themes, p=by_person) or ()
    )
    theme = make_theme("Price")
    place(voices[1], theme)
    place(voices[2], theme, by=marketer)

    build(marketer)

    assert asked["t"][:4] == [None, theme.pk, theme.pk, None]
    assert asked["p"][:4] == [False, False, True, False]
    assert Placement.objects.live().count() == 2
