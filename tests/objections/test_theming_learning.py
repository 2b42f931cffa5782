"""What people placed teaches the matcher of this company."""

import numpy as np
import pytest

from feedback.jobs import queue_job, run_due_jobs
from feedback.models import Job
from objections.actions.placements import take_out
from objections.models import Learning, Placement
from objections.nlp.geometry import unit
from objections.theming.learning import learned
from objections.theming.matching import current_index
from objections.theming.vectors import encoder_name, store_vectors
from tests.factories import make_objection, make_theme, place

WIDTH, THEMES, EACH = 24, 6, 18


def learn():
    queue_job(kind="learn_from_placements", payload={}, by=None)
    run_due_jobs()
    job = Job.objects.filter(kind="learn_from_placements").order_by("-id").first()
    assert job.state == "done"
    return job.result


@pytest.fixture
def _placed(company, rep, marketer):
    """Notes of six themes that are told apart with ease, so that the shipped curve is too careful for them."""
    random = np.random.default_rng(0)
    themes = [make_theme(f"Theme {at}") for at in range(THEMES)]
    for theme, centre in zip(themes, np.eye(WIDTH), strict=False):
        for at in range(EACH):
            voice = make_objection(f"{theme}, note {at}", author=rep)
            vector = unit(centre + 0.2 * random.standard_normal(WIDTH)).astype(np.float32)
            store_vectors([(voice.pk, voice.text, vector)])
            place(voice, theme, by=marketer)


@pytest.mark.usefixtures("_placed")
def test_it_keeps_what_did_better_on_placements_held_out_and_matches_with_it():
    before = current_index()
    assert learn() == {"asked": THEMES * EACH, "used": True}
    learning = Learning.objects.get()
    assert learning.encoder == encoder_name()
    assert learning.loss_learned < learning.loss_shipped
    assert current_index() is not before
    assert list(current_index().curve) == learning.curve
    assert not learning.through_lens, "these vectors have no lens"
    assert learned()["learned_through_lens"] is False


@pytest.mark.usefixtures("_placed")
def test_it_does_not_use_what_did_no_better():
    learn()
    Learning.objects.update(is_used=False)
    assert learned() == {}
    assert current_index().curve == current_index().shipped_curve


@pytest.mark.usefixtures("_placed")
def test_it_learns_again_only_when_people_placed_or_took_out(marketer):
    learn()
    first = Learning.objects.get()
    assert learn() == {"asked": THEMES * EACH, "used": True}
    assert Learning.objects.get() == first
    placement = Placement.objects.live().first()
    take_out(objection=placement.objection, by=marketer)
    assert learn()["asked"] == THEMES * EACH - 1
    assert Learning.objects.get() != first


@pytest.mark.usefixtures("_placed")
def test_what_another_encoder_taught_is_not_used():
    learn()
    Learning.objects.update(encoder="another")
    assert learned() == {}


def test_it_waits_for_enough_placements(company):
    assert learn() == {"asked": 0, "used": False}
    assert not Learning.objects.exists()
