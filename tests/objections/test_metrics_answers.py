from datetime import timedelta

import pytest
from django.utils import timezone

from objections.metrics import answer_state
from objections.models import Answer, Publication
from tests.factories import make_collateral, make_request, make_theme


def state_of(theme):
    return answer_state([theme])[theme.pk]


def test_it_says_so_when_there_is_no_answer(company):
    found = state_of(make_theme())
    assert (found.key, found.label, found.tone) == ("none", "No answer", "danger")


@pytest.mark.parametrize(
    ("state", "key", "label"),
    [
        ("new", "requested", "Requested"),
        ("in production", "requested", "In production"),
        ("on hold", "requested", "On hold"),
        ("declined", "declined", "Declined"),
        ("routed", "routed", "Routed elsewhere"),
        ("merged", "none", "No answer"),
    ],
)
def test_it_shows_how_far_the_request_is(marketer, state, key, label):
    theme = make_theme()
    make_request(by=marketer, themes=[theme], state=state)
    found = state_of(theme)
    assert (found.key, found.label) == (key, label)


def test_it_shows_the_request_that_is_furthest_on(marketer):
    theme = make_theme()
    make_request(by=marketer, themes=[theme], state="new")
    furthest = make_request(by=marketer, themes=[theme], state="in review")
    make_request(by=marketer, themes=[theme], state="on hold")
    assert state_of(theme).request_id == furthest.pk


def test_it_says_when_a_request_is_late_and_spares_a_paused_one(marketer):
    late, paused = make_theme("Late"), make_theme("Paused")
    due = timezone.localdate() - timedelta(days=7)
    make_request(by=marketer, themes=[late], state="briefed", due_on=due)
    make_request(by=marketer, themes=[paused], state="on hold", due_on=due)
    assert state_of(late).label == f"Briefed · late since {due:%-d %b}"
    assert (state_of(late).tone, state_of(paused).tone) == ("danger", "warning")


def test_it_shows_published_collateral_before_any_request(marketer):
    theme = make_theme()
    make_request(by=marketer, themes=[theme], state="measuring")
    make_request(by=marketer, themes=[theme], state="new")
    collateral = make_collateral(owner=marketer, themes=[theme])
    assert state_of(theme).label == "Published · measuring"
    assert state_of(theme).is_answered
    Publication.objects.filter(collateral=collateral).update(retired_at=timezone.now(), retired_by=marketer)
    assert state_of(theme).label == "Requested"


def test_it_names_the_team_that_owns_the_theme(marketer):
    assert state_of(make_theme(owner="product")).label == "Routed to product"


def test_it_tells_words_from_collateral(marketer):
    theme = make_theme()
    Answer.objects.create(theme=theme, text="Say this", approved_by=marketer, approved_at=timezone.now())
    assert (state_of(theme).key, state_of(theme).label) == ("words", "Words only")


def test_it_asks_twice_for_all_themes(marketer, django_assert_num_queries):
    themes = [make_theme(f"Theme {number}") for number in range(12)]
    make_request(by=marketer, themes=themes)
    with django_assert_num_queries(2):
        found = answer_state(themes)
    assert {state.label for state in found.values()} == {"Requested"}
    assert len(found) == 12
