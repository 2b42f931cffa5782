"""The build job, with the real encoder and clusterer on a few dozen short texts."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.jobs import run_due_jobs
from feedback.models import Job, Notification
from objections import nlp
from objections.actions.placements import place_objection, take_out
from objections.actions.proposals import accept_proposal, reject_proposal
from objections.actions.sortings import refuse_theme, set_aside
from objections.actions.themes import start_build
from objections.models import Build, Objection, Placement, Proposal, Theme, Vector
from objections.nlp.vectors import EncoderMissing
from tests.factories import make_objection, make_theme, place

PARKING = [
    f"{who} {what}"
    for who in ("our lorries", "the trucks", "their drivers", "big trucks")
    for what in ("find no parking at the depot", "have nowhere to park", "need a parking lot")
]
DOGS = [
    f"{who} {what}"
    for who in ("the guard dog", "a dog in the office", "his dogs", "the watchdog")
    for what in ("barks at our technicians", "bites visitors", "must be locked away first")
]
COFFEE = [
    f"{who} {what}"
    for who in ("the coffee machine", "the espresso", "their coffee corner", "coffee in the canteen")
    for what in ("is broken again", "tastes awful", "costs too much to service")
]


@pytest.fixture
def voices(rep):
    return {text: make_objection(text, author=rep) for text in PARKING + DOGS + COFFEE}


def build(by):
    made = start_build(by=by)
    run_due_jobs()
    made.refresh_from_db()
    assert made.job.state == "done", made.job.error
    return made


def test_it_proposes_and_changes_nothing_else(voices, marketer):
    themes = set(Theme.objects.values_list("pk", "name", "state"))

    made = build(marketer)

    new = list(made.proposals.open().filter(kind="new"))
    groups = [{objection.text for objection in proposal.objections.all()} for proposal in new]
    assert any(len(group & set(PARKING)) > len(PARKING) / 2 for group in groups)
    assert all(proposal.name and proposal.why for proposal in new)
    assert made.objections_read == len(voices)
    assert made.ended_at is not None
    assert not Placement.objects.exists()
    assert set(Theme.objects.values_list("pk", "name", "state")) == themes
    assert Vector.objects.count() == len(voices)
    assert Notification.objects.get(to=marketer).url == made.get_absolute_url()


def test_it_encodes_each_text_once(voices, marketer, rep, monkeypatch):
    build(marketer)
    make_objection("one more", author=rep)
    read = []
    encode = nlp.encode
    monkeypatch.setattr(nlp, "encode", lambda texts, **rest: read.extend(texts) or encode(texts, **rest))

    build(marketer)

    assert set(read).isdisjoint(voices)
    assert "one more" in read


def test_a_new_build_replaces_open_proposals_and_does_not_repeat_rejected_ones(voices, marketer):
    first = build(marketer)
    rejected = first.proposals.filter(kind="new").first()
    group = set(rejected.objections.values_list("pk", flat=True))
    reject_proposal(proposal=rejected, by=marketer)

    second = build(marketer)

    assert not first.proposals.open().exists()
    assert second.proposals.open().exists()
    again = [set(p.objections.values_list("pk", flat=True)) for p in second.proposals.filter(kind="new")]
    assert not any(members <= group for members in again)


def test_it_leaves_what_people_placed(voices, marketer, rep):
    odd = make_theme("Odd one")
    for text in PARKING:
        place_objection(objection=voices[text], theme=odd, by=rep)

    for proposal in build(marketer).proposals.all():
        accept_proposal(proposal=proposal, by=marketer, category=odd.category)

    assert {voices[text].placement.theme for text in PARKING} == {odd}


@pytest.mark.parametrize("deed", ["took out", "refused", "set aside"])
def test_it_does_not_propose_to_put_where_it_was_what_a_person_said_no_to(voices, marketer, deed):
    theme = make_theme("Parking")
    for text in PARKING[1:]:
        place(voices[text], theme)
    voice = voices[PARKING[0]]
    assert build(marketer).proposals.filter(kind="move", theme=theme, objections=voice).exists()

    if deed == "took out":
        place(voice, theme)
        take_out(objection=voice, by=marketer)
    elif deed == "refused":
        refuse_theme(objections=[voice], theme=theme, by=marketer)
    else:
        set_aside(objection=voice, by=marketer)

    again = build(marketer)
    assert again.same_as is None
    assert not again.proposals.filter(kind="move", theme=theme, objections=voice).exists()


def test_it_proposes_to_retire_old_themes_that_nobody_raised_but_no_seed(company, rep, marketer):
    make_objection("one voice", author=rep)
    old, young = make_theme("Old"), make_theme("Young")
    Theme.objects.exclude(pk=young.pk).update(made_at=timezone.now() - timedelta(days=100))

    made = build(marketer)

    assert list(made.proposals.filter(kind="retire").values_list("theme", flat=True)) == [old.pk]


def test_it_proposes_to_retire_no_theme_that_was_raised_without_words(rep, marketer):
    make_objection("one voice", author=rep)
    theme = make_theme("Raised by a tap")
    Theme.objects.update(made_at=timezone.now() - timedelta(days=100))
    place(make_objection("", author=rep, is_same=True), theme, by=rep)

    assert not build(marketer).proposals.filter(kind="retire").exists()


def test_it_ends_without_proposals_while_nothing_was_logged(company, marketer):
    made = build(marketer)

    assert made.job.result == {"proposals": 0, "objections": 0}


def test_withdrawn_and_wordless_voices_are_not_read(rep, marketer):
    make_objection("withdrawn words", author=rep, withdrawn_at=timezone.now(), withdrawn_by=rep)
    make_objection("", author=rep, is_same=True)

    assert build(marketer).objections_read == 0
    assert not Vector.objects.exists()


def test_pressing_twice_gives_the_running_build(company, marketer, leader):
    first = start_build(by=marketer)

    assert start_build(by=leader) == first
    run_due_jobs()
    assert start_build(by=leader) != first
    assert Build.objects.count() == 2


def test_a_failed_build_keeps_the_proposals_and_does_not_bar_the_next(voices, marketer, rep, monkeypatch):
    before = build(marketer)
    make_objection("one more", author=rep)
    broken = start_build(by=marketer)
    with monkeypatch.context() as patch:
        patch.setattr(nlp, "propose", lambda *a, **b: 1 / 0)
        run_due_jobs()

    broken.job.refresh_from_db()
    assert broken.job.state == "failed"
    assert before.proposals.open().exists()
    assert start_build(by=marketer) != broken


def test_without_the_encoder_it_says_how_to_install_it(voices, marketer, monkeypatch, sign_in):
    made = start_build(by=marketer)

    def missing(texts, **rest):
        raise EncoderMissing("Install it with: pip")

    monkeypatch.setattr(nlp, "encode", missing)
    run_due_jobs()

    assert "Install it with: pip" in sign_in(marketer).get(made.get_absolute_url()).content.decode()


def test_a_worker_that_dies_halfway_leaves_one_outcome(voices, marketer):
    made = start_build(by=marketer)
    Job.objects.filter(pk=made.job_id).update(
        state="running", attempt=1, lease_until=timezone.now() - timedelta(seconds=1)
    )

    run_due_jobs()
    count = Proposal.objects.count()
    run_due_jobs()

    assert count == Proposal.objects.open().count() > 0


def test_its_page_shows_progress_then_the_way_to_the_proposals(voices, marketer, sign_in):
    client = sign_in(marketer)
    page = client.get(client.post(reverse("objections:build_create")).url)
    assert "Waiting for the worker" in page.content.decode()
    assert "hx-get" in page.content.decode()

    run_due_jobs()

    part = client.get(page.request["PATH_INFO"], headers={"HX-Request": "true"}).content.decode()
    assert f"Review {Proposal.objects.open().count()} proposals" in part
    assert "hx-get" not in part
    assert f"{Objection.objects.count()} objections read" in part
