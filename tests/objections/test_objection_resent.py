"""A form sent twice, by a double click or because no answer came, logs one voice."""

import pytest
from django.urls import reverse

from objections.models import Objection
from tests.factories import make_opportunity
from tests.reading import Page

NEW = reverse("objections:objection_create")


@pytest.fixture
def client(rep, sign_in):
    return sign_in(rep)


def form_of(client, url, path):
    return Page(url, client.get(url).content.decode()).form_to(path)


def test_the_same_form_sent_twice_logs_one_voice(client):
    sent = form_of(client, NEW, NEW).filled(text="too dear")
    first, again = client.post(NEW, sent), client.post(NEW, sent)
    assert (first.status_code, again.status_code, again.url) == (302, 302, first.url)
    assert Objection.objects.count() == 1


def test_another_form_with_the_same_words_logs_another(client):
    for _ in range(2):
        client.post(NEW, form_of(client, NEW, NEW).filled(text="too dear"))
    assert Objection.objects.count() == 2


def test_the_same_words_a_moment_later_are_logged_and_said_to_be_the_same(client):
    pages = [
        client.post(NEW, form_of(client, NEW, NEW).filled(text="too dear"), follow=True).content.decode()
        for _ in range(2)
    ]
    assert ["these very words a moment ago" in page for page in pages] == [False, True]


def test_a_form_one_went_back_to_with_other_words_asks_once_and_then_logs_another(client):
    sent = form_of(client, NEW, NEW).filled(text="too dear")
    client.post(NEW, sent)
    answer = client.post(NEW, sent | {"text": "no references"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "This form has logged “too dear” before." in page
    assert "no references" in page
    assert Objection.objects.count() == 1
    client.post(NEW, Page(NEW, page).form_to(NEW).filled())
    assert sorted(Objection.objects.values_list("text", flat=True)) == ["no references", "too dear"]


@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}])
def test_the_panel_of_a_deal_sent_again_with_other_words_keeps_them(htmx, client, rep):
    deal = make_opportunity(owner=rep)
    path = reverse("objections:heard_create", args=[deal.pk])
    sent = form_of(client, deal.get_absolute_url(), path).filled(text="too dear")
    client.post(path, sent, headers=htmx)
    answer = client.post(path, sent | {"text": "no references"}, headers=htmx)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "This form has logged “too dear” before." in page
    client.post(path, Page(path, page).form_to(path).filled(), headers=htmx)
    assert Objection.objects.filter(opportunity=deal).count() == 2


@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}])
def test_the_panel_of_a_deal_sent_twice_logs_one_voice(client, rep, htmx):
    deal = make_opportunity(owner=rep)
    path = reverse("objections:heard_create", args=[deal.pk])
    sent = form_of(client, deal.get_absolute_url(), path).filled(text="too dear")
    answers = [client.post(path, sent, headers=htmx) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {200 if htmx else 302}
    assert Objection.objects.filter(opportunity=deal).count() == 1


def test_a_form_without_its_number_is_taken_too(client):
    client.post(NEW, {"text": "too dear", "weight": "concern", "kind": "objection", "heard_on": "2026-03-01"})
    assert Objection.objects.count() == 1
