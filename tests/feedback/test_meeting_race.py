"""What is written while a meeting is being closed is either in its pack or refused."""

import json
import threading
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from feedback import meetings
from feedback.actions import agenda_sections, clocks, decisions
from feedback.actions import meetings as actions
from feedback.actions.agendas import save_template
from feedback.models import Action, AgendaSection, Company, Decision, Meeting, SectionNote
from tests.factories import make_collateral, make_lost, make_meeting, make_theme

MONTH = date(2026, 3, 1)


@pytest.fixture
def meeting(leader):
    return make_meeting(MONTH, by=leader)


@pytest.fixture
def closed(meeting, leader):
    """A meeting as somebody holds it who read it before it was closed, with a decision and an action."""
    Decision.objects.create(meeting=meeting, text="Wait", by=leader)
    Action.objects.create(meeting=meeting, text="Write it", owner=leader, due_on=MONTH, by=leader)
    actions.close_meeting(meeting=Meeting.objects.get(pk=meeting.pk), by=leader)
    return meeting


WRITES = {
    "a decision": lambda m, by: decisions.add_decision(meeting=m, decision=Decision(text="Late"), by=by),
    "an action": lambda m, by: decisions.add_action(
        meeting=m, action=Action(text="Late", owner=by, due_on=MONTH), by=by
    ),
    "a note": lambda m, by: actions.write_note(meeting=m, section="reasons", text="Late", by=by),
    "a deal": lambda m, by: actions.pick_opportunity(meeting=m, opportunity=make_lost()),
    "a deal taken out": lambda m, by: actions.unpick_opportunity(meeting=m, opportunity=make_lost()),
    "another day": lambda m, by: actions.change_meeting(meeting=m, fields=["held_on"]),
    "another decision": lambda m, by: decisions.change_decision(decision=m.decisions.get(), fields=["text"], by=by),
    "another order of deals": lambda m, by: actions.move_opportunity(meeting=m, opportunity=make_lost(), step=1),
    "another order of sections": lambda m, by: agenda_sections.move_section(meeting=m, key="deals", step=1),
    "a section left out": lambda m, by: agenda_sections.leave_out_section(meeting=m, key="deals", by=by),
    "a section of one's own": lambda m, by: agenda_sections.add_section(meeting=m, section=AgendaSection(), by=by),
    "the clock": lambda m, by: clocks.show_section(meeting=m, key="deals", by=by),
    "no decision": lambda m, by: decisions.delete_from_meeting(row=m.decisions.get()),
    "no action": lambda m, by: decisions.delete_from_meeting(row=m.actions.get()),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_it_takes_nothing_more_once_closed(closed, leader, write):
    with pytest.raises(actions.MeetingClosed):
        write(closed, leader)


@pytest.mark.parametrize("htmx", [False, True])
def test_it_says_that_it_was_closed_and_gives_back_what_was_typed(closed, leader, sign_in, htmx):
    url = reverse("feedback:meeting_note", args=[closed.pk, "reasons"])
    page = sign_in(leader).post(url, {"text": "Price again"}, headers={"HX-Request": "true"} if htmx else {})
    assert page.status_code == (422 if htmx else 409)
    assert "This meeting is closed" in page.content.decode()
    assert "Price again" in page.content.decode()
    assert not SectionNote.objects.exists()


def test_it_says_so_too_when_it_is_closed_between_check_and_write(meeting, leader, sign_in, monkeypatch):
    def close_first(meeting, by, **given):
        actions.close_meeting(meeting=meeting, by=by)
        return added(meeting=meeting, by=by, **given)

    added = decisions.add_decision
    monkeypatch.setattr(decisions, "add_decision", close_first)
    page = sign_in(leader).post(reverse("feedback:decision_create", args=[meeting.pk]), {"text": "Hold the price"})
    assert page.status_code == 409
    assert "Hold the price" in page.content.decode()
    assert not Decision.objects.exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_it_waits_for_what_is_being_written_and_keeps_it(meeting, leader):
    packs = []

    def close():
        packs.append(actions.close_meeting(meeting=meeting, by=leader))
        connection.close()

    closing = threading.Thread(target=close)
    with transaction.atomic():
        decisions.add_decision(meeting=meeting, decision=Decision(text="Just in time"), by=leader)
        closing.start()
        closing.join(0.3)  # it would be through by now if it did not wait
        assert packs == []
    closing.join()
    assert "Just in time" in packs[0].content


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_all_figures_of_a_pack_are_of_one_moment(meeting, leader, monkeypatch):
    coverage = meetings.sections["coverage"]

    def meanwhile():
        make_lost(closed_on=MONTH)
        connection.close()

    def collect(period, meeting):
        data = coverage.collect(period, meeting)
        losing = threading.Thread(target=meanwhile)
        losing.start()
        losing.join()
        return data

    monkeypatch.setitem(meetings.sections, "coverage", meetings.Section("coverage", "", 10, coverage.template, collect))
    pack = actions.close_meeting(meeting=meeting, by=leader)
    shown = {each["key"]: each["data"] for each in json.loads(pack.content)["sections"]}
    assert shown["coverage"]["lost"] == 0
    assert shown["headline"]["figures"][0]["now"]["deals"] == 0


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_days_are_the_companys_whoever_closes(meeting, leader, marketer, zone):
    Company.objects.update(time_zone="Europe/Berlin")
    piece = make_collateral(owner=marketer, themes=[make_theme()])
    piece.publications.update(at=datetime(2026, 3, 31, 21, 59, tzinfo=UTC))  # still March in Berlin
    later = make_collateral("Later", owner=marketer, themes=[make_theme("Slow")])
    later.publications.update(at=datetime(2026, 3, 31, 22, 1, tzinfo=UTC))  # April there
    with timezone.override(ZoneInfo(zone)):
        pack = actions.close_meeting(meeting=meeting, by=leader)
    shipped = next(each["data"] for each in json.loads(pack.content)["sections"] if each["key"] == "shipped")
    assert [(each["title"], each["on"]) for each in shipped["shipped"]] == [("Price sheet", "2026-03-31")]
    assert pack.meeting.held_on == timezone.localdate(pack.closed_at, ZoneInfo("Europe/Berlin"))


def test_a_closed_meeting_is_headed_by_what_its_pack_says(meeting, leader, marketer, sign_in):
    meeting.held_on, meeting.facilitator = date(2026, 4, 9), marketer
    meeting.save()
    actions.close_meeting(meeting=meeting, by=leader)
    Meeting.objects.update(held_on=date(2026, 5, 1), facilitator=leader)
    words = strip_tags(sign_in(leader).get(meeting.get_absolute_url()).content.decode())
    assert "held on 9 Apr 2026 · led by Mara Marketer" in words


def test_it_takes_back_what_is_not_done_without_a_trace(meeting, leader):
    action = Action.objects.create(meeting=meeting, text="Write it", owner=leader, due_on=MONTH, by=leader)
    decisions.resume_action(action=action)
    assert action.history.count() == 1


def test_it_bears_a_page_number_of_any_length(meeting, leader, sign_in):
    action = Action.objects.create(meeting=meeting, text="Write it", owner=leader, due_on=MONTH, by=leader)
    url = reverse("feedback:action_done", args=[action.pk])
    assert sign_in(leader).post(url, {"on": "9" * 5000}).status_code == 302


def test_it_gives_back_what_was_typed_for_the_agenda_and_for_the_meeting(closed, leader, sign_in):
    client = sign_in(leader)
    typed = {"title": "Guests", "prompt": "What would you do?", "minutes": "7"}
    page = client.post(reverse("feedback:meeting_agenda", args=[closed.pk]), typed).content.decode()
    assert "Guests" in page
    assert "What would you do?" in page
    page = client.post(reverse("feedback:meeting_edit", args=[closed.pk]), {"place": "The roof"}).content.decode()
    assert "The roof" in page


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_who_save_the_template_at_once_wait_for_each_other(meeting, leader):
    Company.objects.update_or_create(pk=1, defaults={"name": "Acme"})
    failed = []

    def save():
        try:
            save_template(meeting=meeting)
        except IntegrityError as error:
            failed.append(error)
        finally:
            connection.close()

    second = threading.Thread(target=save)
    with transaction.atomic():
        save_template(meeting=meeting)
        second.start()
        second.join(0.3)
    second.join()
    assert not failed
    assert AgendaSection.objects.filter(meeting=None).count() == len(meetings.sections)
