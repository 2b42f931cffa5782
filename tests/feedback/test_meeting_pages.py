from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.actions.meetings import close_meeting
from feedback.models import Action, Decision, Meeting, SectionNote
from tests.factories import make_lost, make_meeting, make_objection, make_opportunity, make_review, make_theme, place

MONTH = date(2026, 3, 1)
DAY = date(2026, 3, 10)
URL = reverse("feedback:meeting_list")


def url(name, *args):
    return reverse(f"feedback:{name}", args=args)


@pytest.fixture
def meeting(leader):
    return make_meeting(MONTH, by=leader)


def test_it_lists_closed_meetings_for_everybody_and_prepared_ones_for_those_who_prepare(rep, marketer, leader, sign_in):
    make_meeting(MONTH, by=leader)
    closed = make_meeting(date(2026, 2, 1), by=leader)
    close_meeting(meeting=closed, by=leader)
    assert list(sign_in(rep).get(URL).context["page"]) == [closed]
    assert sign_in(marketer).get(URL).context["page"].total.number == 2


def test_it_prepares_a_month(marketer, sign_in):
    today = timezone.localdate()
    response = sign_in(marketer).post(url("meeting_create"), {"month": f"{today:%Y-%m}", "facilitator": marketer.pk})
    meeting = Meeting.objects.get()
    assert response.url == meeting.get_absolute_url()
    assert (meeting.month, meeting.facilitator, meeting.made_by) == (today.replace(day=1), marketer, marketer)


def test_it_offers_the_last_whole_month_first(marketer, sign_in):
    form = sign_in(marketer).get(url("meeting_create")).context["form"]
    last_month = timezone.localdate().replace(day=1) - timedelta(days=1)
    assert form["month"].value() == f"{last_month:%Y-%m}"


def test_it_refuses_a_month_that_has_a_meeting(leader, sign_in):
    this_month = timezone.localdate().replace(day=1)
    make_meeting(this_month, by=leader)
    given = {"month": f"{this_month:%Y-%m}", "held_on": "2026-12-01"}
    response = sign_in(leader).post(url("meeting_create"), given)
    assert response.status_code == 422
    assert "has a meeting already" in response.content.decode()
    assert 'value="2026-12-01"' in response.content.decode()


@pytest.mark.parametrize("month", ["", "2026-13", "1999-01", "soon"])
def test_it_refuses_what_is_no_month(leader, sign_in, month):
    assert sign_in(leader).post(url("meeting_create"), {"month": month}).status_code == 422


def test_it_edits_the_day_and_refuses_what_is_none(meeting, leader, sign_in):
    client = sign_in(leader)
    assert client.post(url("meeting_edit", meeting.pk), {"held_on": "2026-04-02"}).status_code == 302
    meeting.refresh_from_db()
    assert meeting.held_on == date(2026, 4, 2)
    assert client.post(url("meeting_edit", meeting.pk), {"held_on": "soon"}).status_code == 422


def test_it_runs_one_section_a_screen_with_ways_on_and_back(meeting, marketer, sign_in):
    client, seen, page = sign_in(marketer), [], url("meeting_run", meeting.pk)
    while page:
        context = client.get(page).context
        seen.append(context["each"].section.key)
        following = context["next"]
        page = following and f"{url('meeting_run', meeting.pk)}?section={following.key}"
    first = ["coverage", "quality", "agreement", "last_time", "headline", "reasons", "destinations"]
    then = ["themes", "moving", "final_stage", "deals", "landing", "shipped", "definitions"]
    assert seen == [*first, *then, "decisions"]
    last = client.get(f"{url('meeting_run', meeting.pk)}?section=decisions")
    assert 'rel="prev" href="?section=definitions"' in last.content.decode()
    assert client.get(f"{url('meeting_run', meeting.pk)}?section=unheard-of").status_code == 404


def test_it_leads_from_the_run_of_a_closed_meeting_to_what_it_saw(meeting, leader, sign_in):
    close_meeting(meeting=meeting, by=leader)
    assert sign_in(leader).get(url("meeting_run", meeting.pk)).url == meeting.get_absolute_url()


def test_it_saves_notes_with_and_without_javascript(meeting, marketer, sign_in):
    client, note = sign_in(marketer), url("meeting_note", meeting.pk, "reasons")
    response = client.post(note, {"text": "Price again", "in": "run"})
    assert response.url == f"{url('meeting_run', meeting.pk)}?section=reasons"
    response = client.post(note, {"text": "Price, still"}, headers={"HX-Request": "true"})
    assert "Saved" in response.content.decode()
    assert SectionNote.objects.get().text == "Price, still"
    assert "Price, still" in client.get(meeting.get_absolute_url()).content.decode()


@pytest.mark.parametrize("htmx", [True, False])
def test_it_refuses_a_note_too_long_and_keeps_it_on_the_page(meeting, marketer, sign_in, htmx):
    headers = {"HX-Request": "true"} if htmx else {}
    response = sign_in(marketer).post(url("meeting_note", meeting.pk, "reasons"), {"text": "x" * 5001}, headers=headers)
    assert response.status_code == 422
    assert not SectionNote.objects.exists()
    assert ("x" * 5001 in response.content.decode()) is not htmx


def test_it_has_no_notes_for_a_section_that_does_not_exist(meeting, marketer, sign_in):
    assert sign_in(marketer).post(url("meeting_note", meeting.pk, "gossip"), {"text": "?"}).status_code == 404


def test_it_adds_decisions_and_actions_in_place(meeting, marketer, rep, sign_in):
    client, htmx = sign_in(marketer), {"HX-Request": "true"}
    given = {"text": "Offer a fixed price", "proof": "two wins", "in": "run"}
    response = client.post(url("decision_create", meeting.pk), given, headers=htmx)
    assert "Offer a fixed price" in response.content.decode()
    given = {"text": "Write it", "owner": rep.pk, "due_on": "2026-04-09"}
    response = client.post(url("action_create", meeting.pk), given)
    assert response.url == f"{meeting.get_absolute_url()}#decisions"
    assert Decision.objects.get().by == marketer
    assert Action.objects.get().owner == rep


@pytest.mark.parametrize("htmx", [True, False])
def test_it_refuses_an_action_without_owner_or_day_and_keeps_the_words(meeting, marketer, sign_in, htmx):
    headers = {"HX-Request": "true"} if htmx else {}
    response = sign_in(marketer).post(url("action_create", meeting.pk), {"text": "Write it"}, headers=headers)
    assert response.status_code == 422
    assert 'value="Write it"' in response.content.decode()
    assert not Action.objects.exists()


def test_it_refuses_an_empty_decision(meeting, marketer, sign_in):
    response = sign_in(marketer).post(url("decision_create", meeting.pk), {"text": "", "proof": "two wins"})
    assert response.status_code == 422
    assert 'value="two wins"' in response.content.decode()


def test_it_edits_and_deletes_a_decision_until_the_meeting_closes(meeting, leader, sign_in):
    client = sign_in(leader)
    decision = Decision.objects.create(meeting=meeting, text="Wait", by=leader)
    assert client.post(url("decision_edit", decision.pk), {"text": ""}).status_code == 422
    client.post(url("decision_edit", decision.pk), {"text": "Act"})
    decision.refresh_from_db()
    assert decision.text == "Act"
    close_meeting(meeting=meeting, by=leader)
    assert client.post(url("decision_edit", decision.pk), {"text": "Wait"}).status_code == 409
    assert client.post(url("decision_delete", decision.pk)).status_code == 409


def test_it_asks_before_it_deletes(meeting, leader, sign_in):
    client = sign_in(leader)
    decision = Decision.objects.create(meeting=meeting, text="Wait", by=leader)
    assert "Wait" in client.get(url("decision_delete", decision.pk)).content.decode()
    assert Decision.objects.exists()
    client.post(url("decision_delete", decision.pk))
    assert not Decision.objects.exists()


def test_it_ends_an_action_and_takes_it_back(meeting, leader, rep, sign_in):
    action = Action.objects.create(meeting=meeting, text="Write it", owner=rep, due_on=DAY, by=leader)
    client = sign_in(rep)
    assert client.post(url("action_done", action.pk)).url == reverse("feedback:home")
    action.refresh_from_db()
    assert action.done_by == rep
    close_meeting(meeting=meeting, by=leader)
    assert client.post(url("action_undo", action.pk)).url == f"{meeting.get_absolute_url()}#decisions"
    action.refresh_from_db()
    assert (action.done_at, action.done_by) == (None, None)


def test_it_lets_an_action_move_on_after_the_close(meeting, leader, rep, sign_in):
    action = Action.objects.create(meeting=meeting, text="Write it", owner=rep, due_on=DAY, by=leader)
    close_meeting(meeting=meeting, by=leader)
    client = sign_in(leader)
    client.post(url("action_edit", action.pk), {"text": "Write it", "owner": leader.pk, "due_on": "2026-05-01"})
    action.refresh_from_db()
    assert (action.owner, action.due_on) == (leader, date(2026, 5, 1))
    assert client.post(url("action_edit", action.pk), {"text": "Write it"}).status_code == 422
    assert client.post(url("action_delete", action.pk)).status_code == 409


def test_it_picks_deals_to_discuss_and_drops_them(meeting, marketer, sign_in):
    deal = make_lost("Forklifts", amount=100, closed_on=DAY)
    larger = make_lost("Conveyors", amount=900, closed_on=DAY)
    client, page = sign_in(marketer), url("meeting_deals", meeting.pk)
    assert [each.deal for each in client.get(page).context["suggested"]] == [larger, deal]
    client.post(page, {"opportunity": deal.pk})
    assert client.get(page).context["picked"] == [deal]
    assert [each.deal for each in client.get(page).context["suggested"]] == [larger]
    assert client.get(page, {"q": "conv"}).context["found"] == [larger]
    client.post(url("meeting_deal_remove", meeting.pk, deal.pk))
    assert not meeting.opportunities.exists()


def test_it_refuses_to_discuss_a_deal_that_is_not_lost(meeting, marketer, sign_in):
    client, page = sign_in(marketer), url("meeting_deals", meeting.pk)
    for given in (make_opportunity().pk, 10**9, "x", ""):
        assert client.post(page, {"opportunity": given}).status_code == 422
    assert not meeting.opportunities.exists()


ROLES = ["rep", "manager", "marketer", "leader", "admin"]
PREPARING = {"rep": 404, "manager": 404, "marketer": 200, "leader": 200, "admin": 200}
TOO_LATE = dict.fromkeys(ROLES, 409) | {"rep": 403, "manager": 403}
TO_CLOSE = PREPARING | {"marketer": 403}
TABLE = {
    ("meeting_create", ""): {"rep": 403, "manager": 403, "marketer": 200, "leader": 200, "admin": 200},
    ("meeting_detail", "open"): PREPARING,
    ("meeting_edit", "open"): PREPARING,
    ("meeting_run", "open"): PREPARING,
    ("meeting_deals", "open"): PREPARING,
    ("decision_create", "open"): PREPARING,
    ("action_create", "open"): PREPARING,
    ("meeting_close", "open"): TO_CLOSE,
    ("meeting_reopen", "open"): PREPARING | {"marketer": 403, "leader": 403, "admin": 403},
    ("meeting_detail", "closed"): dict.fromkeys(ROLES, 200),
    ("meeting_edit", "closed"): TOO_LATE,
    ("meeting_deals", "closed"): TOO_LATE,
    ("decision_create", "closed"): TOO_LATE,
    ("meeting_close", "closed"): {"rep": 403, "manager": 403, "marketer": 403, "leader": 302, "admin": 302},
    ("meeting_reopen", "closed"): {"rep": 403, "manager": 403, "marketer": 403, "leader": 200, "admin": 200},
}


@pytest.mark.parametrize(("page", "expected"), TABLE.items(), ids=lambda value: "-".join(value).strip("-"))
def test_it_lets_in_whom_it_should(request, page, expected, leader, sign_in):
    name, state = page
    args = []
    if state:
        meeting = make_meeting(MONTH, by=leader)
        args = [meeting.pk]
        if state == "closed":
            close_meeting(meeting=meeting, by=leader)
    found = {role: sign_in(request.getfixturevalue(role)).get(url(name, *args)).status_code for role in ROLES}
    assert found == expected


def test_it_lets_only_owner_and_preparers_end_an_action(meeting, leader, rep, other_rep, marketer, sign_in):
    action = Action.objects.create(meeting=meeting, text="Write it", owner=rep, due_on=DAY, by=leader)
    codes = {
        user.name: sign_in(user).post(url("action_done", action.pk)).status_code for user in (other_rep, rep, marketer)
    }
    assert codes == {"Otto Other": 404, "Rita Rep": 302, "Mara Marketer": 302}
    close_meeting(meeting=meeting, by=leader)
    assert sign_in(other_rep).post(url("action_done", action.pk)).status_code == 403


def fill(leader, rep, number):
    """Deals, reviews, voices, themes and actions that a meeting of March shows."""
    for at in range(number):
        deal = make_lost(f"Deal {at}", account=f"Account {at}", owner=rep, amount=100 + at, closed_on=DAY)
        make_review(deal, author=rep, code=["PRICE", "TRUST", "VALUE"][at % 3])
        theme = make_theme(f"Theme {at}")
        for words in ("dear", "far too dear"):
            voice = make_objection(
                f"{words} {at}", author=rep, opportunity=deal, heard_on=DAY, outcome_when_heard="open"
            )
            place(voice, theme)


def test_it_costs_the_same_number_of_queries_for_many_rows(
    meeting, leader, rep, sign_in, django_assert_max_num_queries
):
    earlier = make_meeting(date(2026, 2, 1), by=leader)
    for at in range(12):
        Action.objects.create(meeting=earlier, text=f"Action {at}", owner=rep, due_on=DAY, by=leader)
        Decision.objects.create(meeting=meeting, text=f"Decision {at}", owner=rep, by=leader)
    fill(leader, rep, 12)
    meeting.opportunities.set(make_lost(f"Picked {at}", account=f"Picked {at}") for at in range(12))
    client = sign_in(leader)
    with django_assert_max_num_queries(125):
        page = client.get(meeting.get_absolute_url())
    assert page.status_code == 200
    with django_assert_max_num_queries(20):
        client.get(URL)


def test_it_reads_few_rows_to_show_a_closed_meeting(meeting, leader, rep, sign_in, django_assert_max_num_queries):
    fill(leader, rep, 5)
    close_meeting(meeting=meeting, by=leader)
    client = sign_in(rep)
    with django_assert_max_num_queries(28):
        client.get(meeting.get_absolute_url())
