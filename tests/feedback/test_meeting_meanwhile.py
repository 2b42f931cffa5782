"""Several people write in one meeting: nobody overwrites another, nothing typed is lost, and each sees the others."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from feedback.actions import decisions as actions
from feedback.actions.clocks import show_section
from feedback.actions.meetings import close_meeting, make_meeting, write_note
from feedback.meanwhile import WrittenMeanwhile, both, seen
from feedback.models import Action, Decision, SectionNote
from tests.reading import Page

DAY, LATER = date(2026, 3, 10), date(2026, 4, 10)
HTMX = {"HX-Request": "true"}
BOLD = "<b>bold</b>"


@pytest.fixture
def meeting(leader):
    return make_meeting(period=(date(2026, 3, 1), date(2026, 3, 31)), facilitator=leader, by=leader)


@pytest.fixture
def decision(meeting, leader):
    return Decision.objects.create(meeting=meeting, text="Wait", proof="two wins", by=leader)


def url(name, *args):
    return reverse(f"feedback:{name}", args=args)


def stood_on(**fields):
    return {f"initial-{name}": value for name, value in fields.items()}


def test_a_note_that_crosses_is_not_written_and_names_who_wrote_meanwhile(meeting, leader, marketer):
    write_note(meeting=meeting, section="deals", text="Theirs", by=marketer)
    with pytest.raises(WrittenMeanwhile) as raised:
        write_note(meeting=meeting, section="deals", text="Mine", by=leader, before=seen(""))
    assert raised.value.by == marketer
    assert SectionNote.objects.get().text == "Theirs"


def test_a_note_that_stands_on_what_stands_is_written(meeting, leader, marketer):
    write_note(meeting=meeting, section="deals", text="Theirs\nin lines", by=marketer)
    given = {"before": seen("Theirs\r\nin lines"), "by": leader}  # as browsers send it
    assert write_note(meeting=meeting, section="deals", text="Both", **given).by == leader


def test_the_same_words_do_not_cross_and_stay_with_who_wrote_them(meeting, leader, marketer):
    write_note(meeting=meeting, section="deals", text="Agreed", by=marketer)
    assert write_note(meeting=meeting, section="deals", text="Agreed", by=leader, before=seen("")).by == marketer


@pytest.mark.parametrize("htmx", [False, True])
def test_both_notes_are_shown_and_one_chooses(meeting, leader, marketer, sign_in, htmx):
    headers = HTMX if htmx else {}
    write_note(meeting=meeting, section="deals", text=f"Theirs {BOLD}", by=marketer)
    client, page = sign_in(leader), url("meeting_note", meeting.pk, "deals")
    sent = {"text": f"Mine {BOLD}", "seen-note-deals": seen("")}
    crossed = client.post(page, sent, headers=headers)
    words = crossed.content.decode()
    assert crossed.status_code == (422 if htmx else 409)
    assert "Mara (marketer) changed this" in words
    assert "Theirs &lt;b&gt;bold" in words
    assert htmx or "Mine &lt;b&gt;bold" in words  # with htmx they still stand in the field
    assert seen("") in words or not htmx  # typing on does not overwrite

    kept = {"both": f"Theirs {BOLD} / Mine {BOLD}", "mine": f"Mine {BOLD}", "theirs": f"Theirs {BOLD}"}
    for choice, text in kept.items():
        SectionNote.objects.update(text=f"Theirs {BOLD}")
        client.post(page, sent | {"keep": choice, "theirs": seen(f"Theirs {BOLD}")}, headers=headers)
        assert SectionNote.objects.get().text == text


def test_what_was_chosen_crosses_again_when_somebody_wrote_again(meeting, leader, marketer, sign_in):
    write_note(meeting=meeting, section="deals", text="Third", by=marketer)
    sent = {"text": "Mine", "keep": "mine", "theirs": seen("Second"), "seen-note-deals": seen("")}
    answer = sign_in(leader).post(url("meeting_note", meeting.pk, "deals"), sent)
    assert answer.status_code == 409
    assert "Third" in answer.content.decode()


def test_two_texts_stand_one_after_the_other():
    assert both("One", "two") == "One / two"
    assert both("Price again. Says he", "Price again. Says she") == "Price again. Says he / Says she"
    assert both("Price again", "Price against us") == "Price again / Price against us"
    assert both("One\nhis", "One\nhers") == "One\nhis\n\nhers"
    assert both("Price. And\nhis", "Price. And\nhers") == "Price. And\nhis\n\nhers"
    assert both("1. Price", "1. Trust") == "1. Price / 1. Trust"
    assert both("Price again", "Price") == both("Price", "Price again") == "Price again"
    assert both("One\nmore", "two") == "One\nmore\n\ntwo"


def test_different_fields_of_a_decision_do_not_cross(meeting, decision, leader, marketer, rep, sign_in):
    page, stood = url("decision_edit", decision.pk), stood_on(text="Wait", owner="", due_on="", proof="two wins")
    same = {"text": "Wait", "proof": "two wins"}
    sign_in(marketer).post(page, same | stood | {"text": "Act"})
    sign_in(leader).post(page, same | stood | {"owner": rep.pk, "due_on": "2026-04-10"})
    decision.refresh_from_db()
    assert (decision.text, decision.owner, decision.due_on, decision.proof) == ("Act", rep, LATER, "two wins")
    assert decision.changed_by == leader


@pytest.mark.parametrize("htmx", [False, True])
def test_one_field_of_a_decision_crosses_and_both_are_kept(meeting, decision, leader, marketer, sign_in, htmx):
    headers = {"HX-Request": "true", "HX-Trigger": "decision-edit-1", "HX-Target": "decision-rows"} if htmx else {}
    page, stood = url("decision_edit", decision.pk), stood_on(text="Wait", proof="two wins")
    sign_in(marketer).post(page, {"text": "Act", "proof": "two wins"} | stood)
    crossed = sign_in(leader).post(page, {"text": "Sleep", "proof": "three wins"} | stood, headers=headers)
    words = crossed.content.decode()
    assert crossed.status_code == (422 if htmx else 409)
    assert "Mara (marketer) changed this" in words
    assert 'value="Sleep"' in words
    assert 'name="initial-text" value="Act"' in words
    decision.refresh_from_db()
    assert (decision.text, decision.proof) == ("Act", "two wins")
    if htmx:
        assert crossed["HX-Retarget"] == "#decision-edit-1"

    chosen = {"text": "Sleep", "proof": "three wins", "keep_text": "both"} | stood_on(text="Act", proof="two wins")
    sign_in(leader).post(page, chosen, headers=headers)
    decision.refresh_from_db()
    assert (decision.text, decision.proof) == ("Act / Sleep", "three wins")


def test_taking_theirs_leaves_it_as_it_is(meeting, decision, leader, sign_in):
    sent = {"text": "Sleep", "proof": "two wins", "keep_text": "theirs"} | stood_on(text="Wait", proof="two wins")
    assert sign_in(leader).post(url("decision_edit", decision.pk), sent).status_code == 302
    decision.refresh_from_db()
    assert decision.text == "Wait"


def test_the_day_of_an_action_crosses_and_is_named(meeting, leader, marketer, rep, sign_in):
    action = Action.objects.create(meeting=meeting, text="Write it", owner=rep, due_on=DAY, by=leader)
    page, same = url("action_edit", action.pk), {"text": "Write it", "owner": rep.pk}
    stood = stood_on(text="Write it", owner=rep.pk, due_on="2026-03-10")
    sign_in(marketer).post(page, same | stood | {"due_on": "2026-04-10"})
    crossed = sign_in(leader).post(page, same | stood | {"due_on": "2026-05-10"})
    assert crossed.status_code == 409
    assert "10 Apr 2026" in crossed.content.decode()
    assert "Mara (marketer) changed this" in crossed.content.decode()
    action.refresh_from_db()
    assert action.due_on == LATER


def test_an_added_decision_leaves_the_other_form_alone(meeting, marketer, sign_in):
    answer = sign_in(marketer).post(url("decision_create", meeting.pk), {"text": "Act"}, headers=HTMX).content.decode()
    assert 'id="decision-add"' in answer
    assert 'id="decision-rows"' in answer
    assert "action-add" not in answer


def test_a_row_is_edited_in_its_place(meeting, decision, leader, sign_in):
    client, page = sign_in(leader), url("decision_edit", decision.pk)
    assert f'id="decision-edit-{decision.pk}"' in client.get(page, headers=HTMX).content.decode()
    refused = client.post(page, {"text": ""}, headers=HTMX)
    assert (refused.status_code, refused["HX-Retarget"]) == (422, f"#decision-edit-{decision.pk}")
    saved = client.post(page, {"text": "Act", "proof": "two wins"}, headers=HTMX).content.decode()
    assert saved.startswith('<div id="decision-rows"')
    assert "Act" in saved


def news(client, meeting, **had):
    return client.get(url("meeting_news", meeting.pk), {name.replace("_", "-"): value for name, value in had.items()})


def test_nothing_new_is_no_answer(meeting, leader, sign_in):
    assert news(sign_in(leader), meeting, seen_note_deals=seen("")).status_code == 204
    assert news(sign_in(leader), meeting).status_code == 204


def test_what_others_wrote_comes_as_news(meeting, leader, marketer, sign_in):
    write_note(meeting=meeting, section="deals", text=f"New {BOLD}", by=marketer)
    actions.add_decision(meeting=meeting, decision=Decision(text="Act"), by=marketer)
    had = {"seen_note_deals": seen(""), "seen_note_reasons": seen(""), "seen_rows_decision": "x"}
    words = news(sign_in(leader), meeting, **had).content.decode()
    assert 'id="note-form-deals"' in words
    assert "New &lt;b&gt;bold" in words
    assert "note-form-reasons" not in words
    assert 'id="decision-rows"' in words
    assert "action-rows" not in words


def test_the_clock_that_somebody_moved_comes_as_news(meeting, leader, marketer, sign_in):
    client = sign_in(leader)
    assert news(client, meeting, section="coverage", seen_clock="0").status_code == 204
    show_section(meeting=meeting, key="deals", by=marketer)
    words = news(client, meeting, section="coverage", seen_clock="0").content.decode()
    assert "The clock follows Mara" in words


def test_the_clock_in_another_window_of_whoever_leads_it_waits_for_the_button(meeting, leader, sign_in):
    client = sign_in(leader)
    show_section(meeting=meeting, key="deals", by=leader)
    words = news(client, meeting, section="coverage", seen_clock="0").content.decode()
    assert "Move the clock here" in words
    assert "hx-trigger" not in words  # by itself each of the two windows would take it from the other for ever
    page = client.get(f"{url('meeting_run', meeting.pk)}?section=coverage").content.decode()
    assert 'hx-trigger="load, submit"' in page


def test_who_still_writes_is_told_that_the_meeting_was_closed(meeting, leader, sign_in):
    close_meeting(meeting=meeting, by=leader)
    assert "The meeting was closed" in news(sign_in(leader), meeting).content.decode()


def test_news_cost_few_queries(meeting, leader, sign_in, django_assert_max_num_queries):
    client = sign_in(leader)
    had = {"seen_note_deals": "x", "seen_rows_decision": "x", "seen_rows_action": "x"}
    for at in range(12):
        Decision.objects.create(meeting=meeting, text=f"Decision {at}", owner=leader, by=leader)
        Action.objects.create(meeting=meeting, text=f"Action {at}", owner=leader, due_on=DAY, by=leader)
    with django_assert_max_num_queries(24):
        assert news(client, meeting, section="decisions", seen_clock="0", **had).status_code == 200


def test_no_news_costs_next_to_nothing(meeting, leader, sign_in, django_assert_max_num_queries):
    client = sign_in(leader)
    show_section(meeting=meeting, key="deals", by=leader)
    page = BeautifulSoup(client.get(f"{url('meeting_run', meeting.pk)}?section=deals").content, "html.parser")
    had = {field["name"]: field["value"] for field in page.select("[data-seen]")}
    assert {"section", "seen-clock", "seen-note-deals"} <= had.keys()
    with django_assert_max_num_queries(8):
        assert news(client, meeting, **had).status_code == 204


def sent_by(page):
    """What its form sends when nobody touches it."""
    return Page("/", page.content.decode()).form("minutes").filled()


def test_two_who_edit_the_meeting_at_once_lose_nothing(meeting, leader, marketer, rep, other_rep, sign_in):
    page = url("meeting_edit", meeting.pk)
    meeting.attendees.set([rep])
    client = sign_in(leader)
    opened = sent_by(client.get(page))
    other = sign_in(marketer)
    theirs = sent_by(other.get(page)) | {"held_on": "2030-04-10", "held_at": "10:00", "attendees": [other_rep.pk]}
    assert other.post(page, theirs).status_code == 302
    client = sign_in(leader)
    assert client.post(page, opened | {"place": "Roof", "attendees": [rep.pk, leader.pk]}).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.place, meeting.held_on) == ("Roof", date(2030, 4, 10))
    assert set(meeting.attendees.all()) == {other_rep, leader}
    assert meeting.invites.filter(person=other_rep).last().event["day"] == "2030-04-10"

    crossed = client.post(page, opened | {"held_at": "11:30"})
    assert crossed.status_code == 409
    assert "10:00" in crossed.content.decode()
    meeting.refresh_from_db()
    assert f"{meeting.held_at:%H:%M}" == "10:00"
    chosen = sent_by(crossed) | {"keep_held_at": "theirs", "minutes": "30"}
    assert client.post(page, chosen).status_code == 302
    meeting.refresh_from_db()
    assert (f"{meeting.held_at:%H:%M}", meeting.minutes) == ("10:00", 30)


def test_who_takes_the_last_attendee_off_is_heard(meeting, leader, rep, sign_in):
    meeting.attendees.set([rep])
    client, page = sign_in(leader), url("meeting_edit", meeting.pk)
    client.post(page, sent_by(client.get(page)) | {"attendees": []})
    assert not meeting.attendees.exists()


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("noun", ["decision", "action"])
def test_who_changes_a_row_that_somebody_deleted_gets_the_words_back(meeting, leader, rep, sign_in, noun, htmx):
    row = {
        "decision": lambda: Decision.objects.create(meeting=meeting, text="Wait", by=leader),
        "action": lambda: Action.objects.create(meeting=meeting, text="Wait", owner=rep, due_on=DAY, by=leader),
    }[noun]()
    client, address = sign_in(leader), url(f"{noun}_edit", row.pk)
    actions.delete_from_meeting(row=row)

    answer = client.post(address, {"text": BOLD, "owner": rep.pk, "due_on": DAY}, headers=HTMX if htmx else None)

    assert answer.status_code == (422 if htmx else 409)
    assert "&lt;b&gt;bold&lt;/b&gt;" in answer.content.decode()
    assert client.get(address).status_code == 404
    assert sign_in(rep).post(address, {"text": BOLD}).status_code == 404
