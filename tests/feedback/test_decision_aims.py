"""A decision may aim at a number: what that says is frozen at closing, and later meetings show then and since."""

import json
from datetime import date, timedelta

import pytest
from django.urls import reverse

from feedback import after_closing, company_figures, meetings
from feedback.actions.decisions import change_decision
from feedback.actions.meetings import close_meeting, reopen_meeting
from feedback.company_figures import course, measured
from feedback.metrics import Share
from feedback.models import Decision, Destination
from feedback.points import Point
from objections.actions.merges import merge_themes
from tests.factories import (
    make_competitor,
    make_lost,
    make_meeting,
    make_objection,
    make_review,
    make_theme,
    make_won,
    place,
)


def deals(won, lost, day):
    return [make(closed_on=day) for make, n in ((make_won, won), (make_lost, lost)) for _ in range(n)]


def share(part, whole):
    return Point.of_share("win-rate", "Win rate", Share(part, whole))


@pytest.fixture
def meeting(leader):
    return make_meeting(date(2026, 3, 1), by=leader)


@pytest.fixture
def decision(meeting, leader):
    return Decision.objects.create(meeting=meeting, text="Fixed price", aim="win-rate", hoped="up", by=leader)


def shown(meeting, key):
    return meetings.sections[key].collect(meeting.period, meeting)


def test_it_freezes_what_the_number_says_when_the_meeting_is_closed(meeting, decision, leader):
    deals(1, 2, date(2026, 3, 10))
    live = shown(meeting, "decisions")["decisions"][0]["aim"]
    assert (live["label"], live["then"]["shown"], live["now"]) == ("Win rate", "1 of 3", None)

    pack = close_meeting(meeting=meeting, by=leader)
    deals(1, 0, date(2026, 3, 11))

    decision.refresh_from_db()
    sections = {each["key"]: each["data"] for each in json.loads(pack.content)["sections"]}
    frozen = sections["decisions"]["decisions"][0]["aim"]
    assert (frozen["then"], decision.aim_then["shown"]) == (decision.aim_then, "1 of 3")
    assert "1 of 3" in pack.html


def test_closing_again_freezes_it_anew(meeting, decision, leader):
    close_meeting(meeting=meeting, by=leader)
    reopen_meeting(meeting=meeting, by=leader)
    deals(2, 0, date(2026, 3, 10))
    close_meeting(meeting=meeting, by=leader)
    decision.refresh_from_db()
    assert decision.aim_then["shown"] == "2 of 2"


def test_later_meetings_show_then_and_since_on_deals_apart_from_each_other(meeting, decision, leader):
    deals(10, 20, date(2026, 3, 10))
    close_meeting(meeting=meeting, by=leader)
    deals(18, 7, date(2026, 4, 10))
    aim = shown(make_meeting(date(2026, 4, 1), by=leader), "last_time")["decisions"]["open"][0]["aim"]

    assert (aim["then"]["part"], aim["then"]["n"]) == (10, 30)
    assert (aim["now"]["part"], aim["now"]["n"]) == (18, 25)
    assert (aim["course"]["key"], aim["course"]["label"]) == ("as hoped", "Moved as hoped")
    assert aim["course"]["words"].startswith("+39 points, 95\u00a0% between +")


@pytest.mark.parametrize(
    ("then", "now", "hoped", "key"),
    [
        ((30, 100), (70, 100), "up", "as hoped"),
        ((30, 100), (70, 100), "down", "against"),
        ((70, 100), (30, 100), "down", "as hoped"),
        ((30, 100), (33, 100), "up", "unclear"),
        ((3, 19), (90, 100), "up", "few"),
        ((30, 100), (9, 9), "up", "few"),
        ((30, 100), (0, 0), "up", "none"),
    ],
)
def test_it_says_how_a_share_moved_only_where_it_can(then, now, hoped, key):
    assert course(share(*then), share(*now), hoped).key == key


def test_it_says_nothing_of_a_number_that_is_no_more_or_was_never_frozen(db):
    assert course(None, share(1, 30), "up").key == "none"
    assert measured("gossip", date(2026, 3, 31)) is None
    assert measured("theme:1234567", date(2026, 3, 31)) is None


def test_every_figure_can_be_measured_on_an_empty_portal(db):
    for key in company_figures.figures:
        if company_figures.figures[key].offered is None:
            assert measured(key, date(2026, 3, 31)).value in (None, 0)


def test_the_figures_count_what_their_names_say(rep):
    day = date(2026, 3, 10)
    make_won(closed_on=day)
    destination = Destination.objects.in_force().get(code="competitor")
    make_review(make_lost(closed_on=day), author=rep, destination=destination, competitor=make_competitor())
    make_review(make_lost(closed_on=day), author=rep, code="UNKNOWN")
    make_review(make_lost(closed_on=day), author=rep, code="OTHER", other_reason="Fire")
    keys = ("win-rate", "competitive-win-rate", "coverage", "unknown", "other")
    said = [measured(key, date(2026, 3, 31)).shown for key in keys]
    assert said == ["1 of 4", "1 of 2", "2 of 3", "1 of 3", "1 of 3"]


def test_a_number_that_several_decisions_aim_at_is_worked_out_once(meeting, decision, leader, sign_in, monkeypatch):
    Decision.objects.create(meeting=meeting, text="Another", aim="win-rate", hoped="up", by=leader)
    deals(1, 2, date(2026, 3, 10))
    close_meeting(meeting=meeting, by=leader)
    asked = []
    monkeypatch.setattr(
        after_closing, "measured", lambda *args, **kwargs: asked.append(args) or measured(*args, **kwargs)
    )
    page = sign_in(leader).get(meeting.get_absolute_url())
    assert [each.then.shown for each in page.context["decided"]] == ["1 of 3"] * 2
    assert len(asked) == 1


def test_the_days_to_the_end_are_those_of_losses(db):
    day = date(2026, 3, 10)
    for make, took in ((make_won, 100), (make_won, 100), (make_lost, 10), (make_lost, 20)):
        make(closed_on=day, created_on=day - timedelta(days=took))
    found = measured("cycle", date(2026, 3, 31))
    assert (found.label, found.value, found.n) == ("Days from created to lost", 15, 2)


def test_a_theme_that_was_merged_is_asked_as_the_joint_one(rep, marketer):
    theme, joint, last = (make_theme(name) for name in ("Too dear", "Dear", "Money"))
    deal = make_lost(closed_on=date(2026, 3, 10), owner=rep)
    heard = {"heard_on": date(2026, 3, 1), "outcome_when_heard": "open"}
    place(make_objection("dear", author=rep, opportunity=deal, **heard), theme)
    merge_themes(theme=theme, into=joint, by=marketer)
    merge_themes(theme=joint, into=last, by=marketer)
    against = measured(f"theme:{theme.pk}", date(2026, 3, 31))
    assert (against.label, against.n) == ("Win rate against “Money”", 1)


def test_it_can_aim_at_the_win_rate_against_a_theme_and_the_unanswered_value(rep):
    theme, deal = make_theme("Too dear"), make_lost(amount=900, closed_on=date(2026, 3, 10), owner=rep)
    place(
        make_objection("dear", author=rep, opportunity=deal, heard_on=date(2026, 3, 1), outcome_when_heard="open"),
        theme,
    )
    against = measured(f"theme:{theme.pk}", date(2026, 3, 31))
    assert (against.label, against.shown) == ("Win rate against “Too dear”", "0 of 1")
    assert measured("unanswered", date(2026, 3, 31)).value == 900
    groups = dict(company_figures.choices())
    assert (f"theme:{theme.pk}", "Too dear") in [tuple(row) for row in groups["Win rate against a theme"]]


def test_it_is_chosen_in_the_form_and_moves_the_better_way_unless_said(meeting, leader, sign_in):
    client, url = sign_in(leader), reverse("feedback:decision_create", args=[meeting.pk])
    client.post(url, {"text": "Say no to others", "aim": "other"})
    client.post(url, {"text": "Wait longer", "aim": "cycle", "hoped": "up"})
    client.post(url, {"text": "Nothing to count", "hoped": "up"})
    found = list(Decision.objects.values_list("text", "aim", "hoped"))
    assert found == [
        ("Say no to others", "other", "down"),
        ("Wait longer", "cycle", "up"),
        ("Nothing to count", "", ""),
    ]
    assert client.post(url, {"text": "Unheard of", "aim": "gossip"}).status_code == 422


def test_a_decision_that_is_there_gets_a_number_another_and_none(meeting, leader, sign_in):
    decision = Decision.objects.create(meeting=meeting, text="Fixed price", by=leader)
    client, url = sign_in(leader), reverse("feedback:decision_edit", args=[decision.pk])
    stood = {"text": "Fixed price", "initial-text": "Fixed price", "proof": "", "initial-proof": ""}
    for before, after in [(("", ""), ("win-rate", "up")), (("win-rate", "up"), ("cycle", "up")), (("cycle", "up"), "")]:
        aim = {"initial-aim": before[0], "initial-hoped": before[1], "aim": after[0] if after else ""}
        hoped = {"hoped": "" if before == ("", "") else before[1]}
        assert client.post(url, stood | aim | hoped).status_code == 302
        decision.refresh_from_db()
        assert (decision.aim, decision.hoped) == (after or ("", ""))


def test_what_another_number_said_is_forgotten(meeting, decision, leader):
    close_meeting(meeting=meeting, by=leader)
    reopen_meeting(meeting=meeting, by=leader)
    decision.refresh_from_db()
    change_decision(decision=decision, fields=["text"], by=leader)
    decision.refresh_from_db()
    assert decision.aim_then["label"] == "Win rate"
    decision.aim, decision.hoped = "cycle", "down"
    change_decision(decision=decision, fields=["aim"], by=leader)
    decision.refresh_from_db()
    assert (decision.aim, decision.hoped, decision.aim_then) == ("cycle", "down", None)


def test_closing_forgets_what_a_number_said_that_is_no_more(meeting, decision, leader):
    Decision.objects.update(aim="theme:1234567", aim_then={"label": "Win rate"})
    close_meeting(meeting=meeting, by=leader)
    decision.refresh_from_db()
    assert decision.aim_then is None


@pytest.mark.parametrize(("days", "words"), [(84.5, "84.5 days"), (68.0, "68 days"), (1.0, "1 day"), (7.04, "7 days")])
def test_days_are_told_as_the_page_of_the_meeting_has_them(days, words):
    assert Point("days-to-a-win", "Days to a win", "days", days, 30).shown == f"{words} (n\u00a030)"
