"""Pages of a large company show sums up to a minute old, and say so; whoever moves many voices sees it done at once."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from feedback import figures
from objections.actions.merges import merge_themes
from tests.factories import make_lost, make_objection, make_theme, place

THEMES = reverse("objections:theme_list")
SAYS = "worked out once a minute"


@pytest.fixture(autouse=True)
def large(monkeypatch):
    monkeypatch.setattr(figures, "EXACT", 0)
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def theme(rep):
    theme = make_theme("Dear")
    place(make_objection("too dear", author=rep, opportunity=make_lost(amount=50)), theme)
    return theme


def heard(page):
    return {row.theme.name: row.heard for row in page.context["page"]}


def test_the_list_of_themes_keeps_its_sums_and_says_so(theme, rep, marketer, sign_in):
    client = sign_in(marketer)
    assert SAYS not in client.get(THEMES).content.decode()
    place(make_objection("still too dear", author=rep), theme)

    page = client.get(THEMES)

    assert heard(page) == {"Dear": 1}
    assert SAYS in page.content.decode()


def test_a_merge_is_seen_at_once(theme, rep, marketer, sign_in, django_capture_on_commit_callbacks):
    other = make_theme("Dearer")
    place(make_objection("dearer still", author=rep), other)
    client = sign_in(marketer)
    client.get(THEMES)

    with django_capture_on_commit_callbacks(execute=True):
        merge_themes(into=theme, theme=other, by=marketer)

    assert heard(client.get(THEMES)) == {"Dear": 2}


def test_a_theme_shows_the_figures_of_the_list(theme, rep, sign_in):
    client = sign_in(rep)
    client.get(THEMES)
    place(make_objection("still too dear", author=rep), theme)

    page = client.get(theme.get_absolute_url())

    assert page.context["figures"].heard == 1
    assert SAYS in page.content.decode()


def test_homes_of_leaders_and_marketers_say_so(theme, leader, marketer, sign_in):
    for user in (leader, marketer):
        client = sign_in(user)
        client.get("/")
        assert SAYS in client.get("/").content.decode()
