"""The job that draws the map, on vectors made by hand."""

from datetime import timedelta

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.jobs import queue_job, run_due_jobs
from feedback.models import Job, Notification
from objections import nlp
from objections.actions.maps import ask_for_map
from objections.actions.objections import withdraw_objection
from objections.models import Map, Point, Vector
from objections.nlp.geometry import unit
from objections.theming import mapping
from objections.theming.vectors import store_vectors
from tests.factories import make_objection, make_theme, place

WIDTH = 16


def read(voices, seed=0):
    """Gives each a vector."""
    vectors = unit(np.random.default_rng(seed).standard_normal((len(voices), WIDTH))).astype(np.float32)
    store_vectors([(voice.pk, voice.text, vector) for voice, vector in zip(voices, vectors, strict=True)])


def draw():
    job = queue_job(kind="draw_map")
    run_due_jobs()
    job.refresh_from_db()
    assert job.state == "done", job.error
    return job


@pytest.fixture
def voices(rep):
    voices = [make_objection(f"note {at}", author=rep) for at in range(12)]
    read(voices)
    return voices


def test_it_gives_every_objection_that_was_read_a_place(voices, rep):
    make_objection("not read yet", author=rep)
    assert draw().result == {"objections": 12}
    assert set(Point.objects.values_list("objection", flat=True)) == {voice.pk for voice in voices}
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in Point.objects.values_list("x", "y"))


def test_it_is_skipped_while_nothing_changed(voices, monkeypatch):
    draw()
    first = Map.objects.get()
    monkeypatch.setattr(nlp, "lay_out", None)
    draw()
    assert Map.objects.get() == first


@pytest.mark.parametrize("change", ["new", "withdrawn", "reworded", "placed"])
def test_it_is_drawn_again_and_goes_on_from_the_last(change, voices, rep, monkeypatch):
    draw()
    before = {point.objection_id: (point.x, point.y) for point in Point.objects.all()}
    if change == "new":
        read([make_objection("one more", author=rep)])
    elif change == "withdrawn":
        withdraw_objection(objection=voices[0], by=rep)
    elif change == "placed":
        place(voices[0], make_theme())
    else:
        voices[0].text = "said better"
        voices[0].save()
        read(voices[:1], seed=1)
    started = []
    lay_out = nlp.lay_out
    monkeypatch.setattr(
        nlp, "lay_out", lambda vectors, start, groups: started.append(start) or lay_out(vectors, start, groups)
    )

    draw()

    assert Map.objects.count() == 1
    assert Point.objects.count() == {"new": 13, "withdrawn": 11, "reworded": 12, "placed": 12}[change]
    (start,) = started
    known = {tuple(place) for place in start.tolist() if np.isfinite(place).all()}
    assert known <= set(before.values())
    assert len(known) == (11 if change == "withdrawn" else 12)


def test_it_keeps_the_newest(voices, rep, monkeypatch):
    monkeypatch.setattr(mapping, "MOST", 3)
    newest = voices[4:7]
    for voice in voices:
        if voice not in newest:
            voice.heard_on -= timedelta(days=30)
            voice.save()
    draw()
    assert set(Point.objects.values_list("objection", flat=True)) == {voice.pk for voice in newest}
    assert Map.objects.get().oldest == newest[0].heard_on


def test_what_another_encoder_read_or_read_in_other_words_is_left_out(voices):
    Vector.objects.filter(objection=voices[0]).update(encoder="another")
    Vector.objects.filter(objection=voices[1]).update(text_hash="other words")
    draw()
    assert set(Point.objects.values_list("objection", flat=True)) == {voice.pk for voice in voices[2:]}


def test_nothing_read_draws_nothing(rep):
    make_objection("not read yet", author=rep)
    assert draw().result == {"objections": 0}
    assert not Map.objects.exists()


def test_what_is_erased_while_it_is_drawn_is_left_out(voices):
    keep = mapping.draw()
    voices[0].delete()
    keep()
    assert Point.objects.count() == 11


def test_whoever_asked_is_told(voices, marketer):
    ask_for_map(by=marketer)
    run_due_jobs()
    assert Notification.objects.get(to=marketer).url == reverse("objections:map")


def test_asking_twice_queues_it_once(company, marketer, leader):
    assert ask_for_map(by=marketer) == ask_for_map(by=leader)
    assert Job.objects.filter(kind="draw_map").count() == 1


def test_it_is_asked_for_on_the_page(company, marketer, sign_in):
    client = sign_in(marketer)
    page = client.post(reverse("objections:map_draw"), follow=True)
    assert "The map is being drawn" in page.content.decode()
    assert Job.objects.get(kind="draw_map").by == marketer


def test_a_new_picture_says_when_it_was_drawn(voices):
    draw()
    assert timezone.now() - Map.objects.get().at < timedelta(minutes=5)
