"""What waits is put where it likely belongs; vectors lie along axes, so likeness is what a test says it is."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from feedback.jobs import queue_job, run_due_jobs
from feedback.models import Job
from objections.actions.objections import withdraw_objection
from objections.actions.placements import place_objection, take_out
from objections.actions.sortings import set_aside, sort_objections
from objections.actions.themes import retire_theme
from objections.models import Build, Objection, Placement, Proposal, Theme
from objections.nlp.settings import read_section
from objections.theming import presuming
from objections.theming.presuming import KIND, is_due, presume
from objections.theming.vectors import store_vectors
from tests.factories import make_objection, make_theme, place


@pytest.fixture(autouse=True)
def _only_our_themes(company, monkeypatch):
    Theme.objects.all().delete()
    for module in ("objections.nlp.curating", "objections.theming.presuming"):
        monkeypatch.setattr(f"{module}.read_section", with_least)


def with_least(name):
    return read_section(name) | ({"least": 20, "every": 3} if name == "curator" else {})


def notes(rep, axis, count):
    """Read notes that are alike, and unlike those of another axis."""
    made = [make_objection(f"{axis}-{number}", author=rep) for number in range(count)]
    chance = np.random.default_rng(axis)
    for voice in made:
        vector = np.zeros(20, np.float32)
        vector[axis] = 1
        store_vectors([(voice.pk, voice.text, vector + 0.05 * chance.standard_normal(20).astype(np.float32))])
    return made


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
    return job.result


def test_it_puts_what_waits_where_it_belongs_and_says_how_sure_it_is(themes, rep):
    price, trust = notes(rep, 0, 3), notes(rep, 1, 2)

    assert run() == {"placed": 5, "moved": 0}

    for voice, theme in [*((voice, themes[0]) for voice in price), *((voice, themes[1]) for voice in trust)]:
        assert (voice.placement.theme, voice.placement.by) == (theme, None)
        assert 0.4 <= voice.placement.confidence <= 1
    assert run() == {"placed": 0, "moved": 0}


def test_what_it_put_somewhere_goes_elsewhere_once_it_is_surer_of_that_than_it_was(themes, rep):
    doubtful, sure = notes(rep, 1, 2)
    was, stays = place(doubtful, themes[0], confidence=0.45), place(sure, themes[0], confidence=1.0)

    assert run() == {"placed": 0, "moved": 1}

    assert doubtful.placement.theme == themes[1]
    assert doubtful.placement.replaces == was
    assert sure.placement == stays


def test_what_a_person_did_is_left_alone(themes, rep, marketer):
    placed, out, aside, refused = notes(rep, 0, 4)
    place_objection(objection=placed, theme=themes[1], by=marketer)
    place_objection(objection=out, theme=themes[0], by=marketer)
    take_out(objection=out, by=marketer)
    set_aside(objection=aside, by=marketer)
    sort_objections(objections=[], theme=themes[0], by=marketer, refused=[refused])

    run()

    assert placed.placement.theme == themes[1]
    assert aside.placement is None
    assert themes[0] not in {voice.placement and voice.placement.theme for voice in (out, refused)}


def test_what_a_proposal_would_put_in_a_new_theme_waits_for_its_answer(themes, rep, marketer):
    proposed, free = notes(rep, 0, 2)
    build = Build.objects.create(job=queue_job(kind="build_themes"), by=marketer)
    Proposal.objects.create(build=build, kind="new", name="Emerging", confidence=0.8).objections.set([proposed])
    Job.objects.all().update(state="done")

    assert run() == {"placed": 1, "moved": 0}
    assert proposed.placement is None


@pytest.mark.parametrize("deed", ["placed", "moved", "withdrawn", "reworded", "set aside", "taken out", "theme gone"])
def test_what_changes_while_it_reckons_is_left_as_it_is(themes, rep, marketer, deed):
    (voice,) = notes(rep, 0, 1)
    other = make_theme("Other", category="other")
    write = presume()
    if deed == "placed":
        place_objection(objection=voice, theme=other, by=marketer)
    elif deed == "moved":
        place(voice, other)
    elif deed == "withdrawn":
        withdraw_objection(objection=voice, by=rep)
    elif deed == "reworded":
        Objection.objects.filter(pk=voice.pk).update(text="Something else")
    elif deed == "set aside":
        set_aside(objection=voice, by=marketer)
    elif deed == "taken out":
        place_objection(objection=voice, theme=themes[0], by=marketer)
        take_out(objection=voice, by=marketer)
    else:
        retire_theme(theme=themes[0], by=marketer)

    before = list(Placement.objects.live().values_list("pk", flat=True))
    write()
    assert list(Placement.objects.live().values_list("pk", flat=True)) == before


def test_nothing_is_put_anywhere_while_people_placed_too_little(rep, marketer):
    theme = make_theme("Price")
    for voice in notes(rep, 0, 5):
        place_objection(objection=voice, theme=theme, by=marketer)
    (waits,) = notes(rep, 0, 1)

    assert run() == {"placed": 0, "moved": 0}
    assert waits.placement is None


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
        notes(rep, 0, count)
        write = presume()
        with django_assert_max_num_queries(20) as found:
            assert write()["placed"] == count
        counted.append(len(found))
    assert counted[0] == counted[1]


def test_without_a_theme_or_a_note_there_is_nothing_to_do(company, rep):
    assert run() == {"placed": 0, "moved": 0}
    notes(rep, 0, 2)
    assert run() == {"placed": 0, "moved": 0}
    assert presuming.KIND == "presume_themes"
