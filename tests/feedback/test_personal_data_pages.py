"""Finding, erasing and exporting on pages; the words travel in forms only."""

import json

import pytest
from django.urls import reverse

from feedback.models import Erasure, Opportunity, User
from objections.models import Objection
from tests.factories import make_lost, make_objection, make_review

PAGE, ERASE = "feedback:personal_data", "feedback:words_erase"


@pytest.fixture
def voice(rep):
    return make_objection("Anna Meier <b>said</b> it is too dear", author=rep)


def test_it_shows_where_the_words_stand_before_anything_is_removed(voice, admin, sign_in):
    page = sign_in(admin).post(reverse(PAGE), {"words": "anna meier\nnobody@example.com"}).content.decode()
    assert "1 objections" in page
    assert "Anna Meier &lt;b&gt;said" in page
    assert voice.get_absolute_url() in page
    voice.refresh_from_db()
    assert "Anna" in voice.text


def test_it_says_when_nothing_is_found(voice, admin, sign_in):
    assert "Found nowhere" in sign_in(admin).post(reverse(PAGE), {"words": "Bert Brecht"}).content.decode()


@pytest.mark.parametrize("words", ["", "ab", "\0\0\0", "...", "\n".join(f"name {n}" for n in range(11))])
def test_it_refuses_words_that_match_too_much(voice, admin, sign_in, words):
    assert sign_in(admin).post(reverse(PAGE), {"words": words}).status_code == 422
    assert sign_in(admin).post(reverse(ERASE), {"words": words, "why": "x", "sure": "on"}).status_code == 422
    assert not Erasure.objects.exists()


def test_it_erases_once_somebody_is_sure(voice, admin, sign_in):
    client = sign_in(admin)
    answer = client.post(reverse(ERASE), {"words": "Anna Meier", "why": "Ticket 7"})
    assert answer.status_code == 422
    assert 'value="Ticket 7"' in answer.content.decode()
    assert client.post(reverse(ERASE), {"words": "Anna Meier", "why": "Ticket 7", "sure": "on"}).status_code == 302
    assert Objection.objects.get().text == "[removed] <b>said</b> it is too dear"
    page = client.get(reverse(PAGE)).content.decode()
    assert "Ticket 7" in page
    assert "Anna" not in page


def test_an_admin_erases_a_person_but_not_themselves(rep, admin, sign_in):
    client = sign_in(admin)
    for person, status in ((admin, 422), (rep, 302), (rep, 404)):
        url = reverse("feedback:person_erase", args=[person.pk])
        assert client.post(url, {"why": "Left", "sure": "on"}).status_code == status
    assert User.objects.get(pk=rep.pk).name == f"Former colleague {rep.pk}"
    assert User.objects.get(pk=admin.pk).name == "Ada Admin"


def test_a_person_downloads_what_is_kept_of_them(rep, other_rep, sign_in):
    deal = make_lost("Mine", owner=rep)
    make_review(deal, author=rep, would_have_changed="A fixed price")
    make_objection("somebody else's", author=other_rep)
    answer = sign_in(rep).get(reverse("feedback:person_export", args=[rep.pk]))
    data = json.loads(answer.content)
    assert answer["Content-Disposition"].startswith("attachment")
    assert data["You"][0]["name"] == "Rita Rep"
    assert "password" not in data["You"][0]
    assert data["Reviews"][0]["would_have_changed"] == "A fixed price"
    assert [row["name"] for row in data[Opportunity._meta.verbose_name_plural.capitalize()]] == ["Mine"]
    assert "somebody else" not in answer.content.decode()
