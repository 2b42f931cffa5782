"""Where what waits likely belongs; vectors lie along axes, so likeness is what a test says it is."""

from datetime import timedelta

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.jobs import queue_job, run_due_jobs
from feedback.models import Job
from objections.actions.objections import withdraw_objection
from objections.actions.placements import place_objection, take_out
from objections.actions.sortings import refuse_theme, set_aside, sort_objections, undo_sorting
from objections.actions.themes import retire_theme
from objections.models import Build, Objection, Placement, Presumption, Proposal, Theme
from objections.nlp.settings import read_section
from objections.theming.presuming import KIND, is_due, presume
from objections.theming.vectors import store_vectors
from tests.factories import make_theme
from tests.objections.axes import notes


@pytest.fixture(autouse=True)
def _only_our_themes(company, monkeypatch):
    Theme.objects.all().delete()
    for module in ("objections.nlp.curating", "objections.theming.presuming"):
        monkeypatch.setattr(f"{module}.read_section", with_least)


def with_least(name):
    return read_section(name) | ({"least": 20, "every": 3} if name == "curator" else {})


@pytest.fixture
def themes(rep, marketer):
    """Two themes shown by twelve placed notes each."""
    found = [make_theme("Price"), make_theme("Trust", category="trust")]
    for axis, theme in enumerate(found):
        for voice in notes(rep, axis, 12):
            place_objection(objection=voice, theme=theme, by=marketer)
    return found


def run():
    queue_job(kind=KIND)
    run_due_jobs()
    job = Job.objects.filter(kind=KIND).order_by("-id").first()
    assert job.state == "done"
    return job.result["presumed"]


def standing():
    return dict(Presumption.objects.standing().values_list("objection", "theme"))


def test_it_says_where_what_waits_belongs_and_how_sure_that_is(themes, rep):
    price, trust = notes(rep, 0, 3), notes(rep, 1, 2)

    assert run() == 5

    assert standing() == {v.pk: themes[0].pk for v in price} | {v.pk: themes[1].pk for v in trust}
    assert all(0.45 <= each.sureness <= 1 for each in Presumption.objects.all())
    assert Objection.objects.in_pile().count() == 5
    assert not Placement.objects.filter(by=None).exists()
    assert run() == 0


def test_a_presumption_changes_once_it_is_surer_of_another_theme_than_it_was(themes, rep):
    doubtful, sure = notes(rep, 1, 2)
    for voice, sureness in ((doubtful, 0.45), (sure, 1.0)):
        words = voice.vector.text_hash
        Presumption.objects.create(objection=voice, theme=themes[0], sureness=sureness, words=words)

    assert run() == 1
    assert standing() == {doubtful.pk: themes[1].pk, sure.pk: themes[0].pk}


@pytest.mark.parametrize("when", ["before", "meanwhile", "after"])
@pytest.mark.parametrize("deed", ["place", "withdraw", "reword", "set aside", "refuse", "take out", "retire the theme"])
def test_it_does_not_stand_against_what_a_person_did(themes, rep, marketer, deed, when):
    (voice,) = notes(rep, 0, 1)

    def act():
        if deed == "place":
            place_objection(objection=voice, theme=themes[1], by=marketer)
        elif deed == "withdraw":
            withdraw_objection(objection=voice, by=rep)
        elif deed == "reword":
            Objection.objects.filter(pk=voice.pk).update(text="Something else")
            store_vectors([(voice.pk, "Something else", np.eye(20, dtype=np.float32)[7])])
        elif deed == "set aside":
            set_aside(objection=voice, by=marketer)
        elif deed == "refuse":
            refuse_theme(objections=[voice], theme=themes[0], by=marketer)
        elif deed == "take out":
            place_objection(objection=voice, theme=themes[0], by=marketer)
            take_out(objection=voice, by=marketer)
        else:
            retire_theme(theme=themes[0], by=marketer)

    if when == "before":
        act()
    write = presume()
    if when == "meanwhile":
        act()
    write()
    if when == "after":
        assert standing() == {voice.pk: themes[0].pk}
        act()
    assert standing().get(voice.pk) != themes[0].pk
    if deed in ("place", "withdraw", "set aside"):
        assert not standing()


def test_one_that_was_undone_stands_again(themes, rep, marketer):
    (voice,) = notes(rep, 0, 1)
    run()
    sorting = sort_objections(objections=[voice], theme=themes[1], by=marketer).sorting
    undo_sorting(sorting=sorting, by=marketer)
    assert standing() == {voice.pk: themes[0].pk}


def test_what_a_proposal_would_put_in_a_new_theme_waits_for_its_answer(themes, rep, marketer):
    proposed, free = notes(rep, 0, 2)
    build = Build.objects.create(job=queue_job(kind="build_themes"), by=marketer)
    Proposal.objects.create(build=build, kind="new", name="Emerging", confidence=0.8).objections.set([proposed])
    Job.objects.all().update(state="done")

    assert run() == 1
    assert standing() == {free.pk: themes[0].pk}


def test_nothing_is_presumed_while_people_placed_too_little(rep, marketer):
    theme = make_theme("Price")
    for voice in notes(rep, 0, 5):
        place_objection(objection=voice, theme=theme, by=marketer)
    notes(rep, 0, 1)

    assert run() == 0


def test_it_is_due_after_the_first_twenty_and_then_after_every_few(themes, rep, marketer):
    assert is_due()
    run()
    Job.objects.update(started_at=timezone.now() + timedelta(seconds=1))
    assert not is_due()
    more = notes(rep, 0, 3)
    Job.objects.update(started_at=timezone.now() - timedelta(hours=1))
    Placement.objects.update(at=timezone.now() - timedelta(days=1))
    for voice in more[:2]:
        place_objection(objection=voice, theme=themes[0], by=marketer)
    assert not is_due()
    place_objection(objection=more[2], theme=themes[0], by=marketer)
    assert is_due()


def test_emptying_the_pile_queues_it_once(themes, rep, marketer):
    for voice in notes(rep, 0, 4):
        sort_objections(objections=[voice], theme=themes[0], by=marketer)
    assert Job.objects.filter(kind=KIND).count() == 1


def test_it_takes_as_many_queries_for_many_as_for_few(themes, rep, django_assert_max_num_queries):
    counted = []
    for count in (2, 12):
        Presumption.objects.all().delete()
        notes(rep, 0, count)
        with django_assert_max_num_queries(24) as found:
            presume()()
        counted.append(len(found))
    assert Presumption.objects.count() == 14
    assert counted[0] == counted[1]


def test_without_a_theme_or_a_note_there_is_nothing_to_do(company, rep):
    assert run() == 0
    notes(rep, 0, 2)
    assert run() == 0


def test_whoever_curates_sees_on_the_theme_what_likely_belongs_there_and_puts_it_there(themes, rep, marketer, sign_in):
    (voice,) = notes(rep, 0, 1)
    run()
    client, page = sign_in(marketer), themes[0].get_absolute_url()

    assert "1 on the pile, counted nowhere until somebody looks" in client.get(page).content.decode()
    fields = {"theme": themes[0].pk, "guesses": themes[0].pk, "next": page}
    assert client.post(reverse("objections:objection_place", args=[voice.pk]), fields).url == page
    assert voice.placement.by == marketer
    assert "Likely here, too" not in client.get(page).content.decode()
    assert "Likely here, too" not in sign_in(rep).get(page).content.decode()
