"""The agenda: a copy of the company's template, in the meeting's own order, and what follows it."""

import json
from datetime import date

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from feedback import meetings as registry
from feedback.actions.agenda_sections import (
    add_section,
    leave_out_section,
    move_section,
    place_section,
    take_in_section,
)
from feedback.actions.agendas import save_template
from feedback.actions.meetings import close_meeting, make_meeting, reopen_meeting, write_note
from feedback.agendas import filled_up, planned_minutes
from feedback.handouts import handout_of
from feedback.handouts.markdown import markdown
from feedback.handouts.pdf import can_draw
from feedback.models import AgendaSection, Meeting
from feedback.packs import differences
from feedback.spans import month_of
from tests.factories import make_lost
from tests.factories import make_meeting as row_of_meeting

MONTH, NEXT = date(2026, 3, 1), date(2026, 4, 1)
HTMX = {"HX-Request": "true"}
OWN = {"title": "Guests", "prompt": "What would you do?", "minutes": 7}


def make(by, month=MONTH):
    return make_meeting(period=month_of(month), facilitator=by, by=by)


@pytest.fixture
def meeting(leader):
    return make(leader)


def keys(meeting):
    return [section.key for section in registry.sections_of(meeting)]


def url(name, *args):
    return reverse(f"feedback:{name}", args=args)


def own(meeting, by, **fields):
    return add_section(meeting=meeting, section=AgendaSection(**(OWN | fields)), by=by)


def test_a_new_meeting_has_the_sections_of_the_registry_and_an_hour(meeting):
    assert keys(meeting) == [section.key for section in registry.in_order()]
    assert planned_minutes(registry.agenda_of(meeting)) <= 60
    assert meeting.agenda.count() == len(registry.sections)


def test_a_meeting_made_before_there_were_agendas_has_them_too(leader):
    old = row_of_meeting(MONTH, by=leader)
    assert keys(old) == [section.key for section in registry.in_order()]
    move_section(meeting=old, key="quality", step=-1)
    assert keys(old)[:2] == ["quality", "coverage"]


def test_it_moves_sections_one_place_and_stops_at_the_ends(meeting, leader):
    first, second, third, *others = keys(meeting)
    leave_out_section(meeting=meeting, key=second, by=leader)
    move_section(meeting=meeting, key=third, step=-1)  # past the one left out
    assert keys(meeting) == [third, first, *others]
    move_section(meeting=meeting, key=third, step=-1)
    move_section(meeting=meeting, key=others[-1], step=1)
    assert keys(meeting) == [third, first, *others]
    take_in_section(meeting=meeting, key=second, by=leader)
    assert set(keys(meeting)) == {first, second, third, *others}


def test_it_puts_a_section_in_front_of_another_or_at_the_end(meeting):
    place_section(meeting=meeting, key="deals", before="coverage")
    assert keys(meeting)[:2] == ["deals", "coverage"]
    place_section(meeting=meeting, key="deals", before="")
    assert keys(meeting)[-1] == "deals"


def test_decisions_stay_on_every_agenda(meeting, leader):
    leave_out_section(meeting=meeting, key="decisions", by=leader)
    assert "decisions" in keys(meeting)


def test_what_is_new_in_the_registry_appears_at_its_place(meeting, leader, monkeypatch):
    move_section(meeting=meeting, key="headline", step=-1)
    new = registry.Section("new", "New", 31, "feedback/meetings/sections/own.html", lambda *_: {"prompt": ""})
    monkeypatch.setitem(registry.sections, "new", new)
    at = keys(meeting).index("new")
    assert keys(meeting)[at - 1] == "headline"
    monkeypatch.delitem(registry.sections, "headline")
    assert "headline" not in keys(meeting)


def test_a_section_that_follows_none_comes_first():
    rows = [AgendaSection(key="b", position=1)]
    assert [row.key for row in filled_up(rows, {"a": 3, "b": 5, "c": 4}, None)] == ["a", "b", "c"]


def test_own_sections_stand_before_the_decisions_with_keys_of_their_own(meeting, leader):
    assert [own(meeting, leader).key, own(meeting, leader).key] == ["own-1", "own-2"]
    assert keys(meeting)[-3:] == ["own-1", "own-2", "decisions"]


def test_the_template_is_what_the_next_meeting_starts_from(meeting, leader):
    own(meeting, leader)
    leave_out_section(meeting=meeting, key="landing", by=leader)
    place_section(meeting=meeting, key="deals", before="coverage")
    save_template(meeting=meeting)
    save_template(meeting=meeting)  # twice is harmless
    later = make(leader, NEXT)
    assert keys(later) == keys(meeting)
    assert later.agenda.get(key="own-1").title == "Guests"
    move_section(meeting=later, key="deals", step=1)
    assert keys(meeting)[0] == "deals"  # each has its own


def test_only_those_who_lead_save_the_template(meeting, marketer, leader, sign_in):
    page = url("agenda_template_save", meeting.pk)
    assert sign_in(marketer).post(page).status_code == 403
    assert "Save as template" not in sign_in(marketer).get(url("meeting_agenda", meeting.pk)).content.decode()
    assert sign_in(leader).post(page).status_code == 302
    assert AgendaSection.objects.filter(meeting=None).exists()


def test_the_page_the_run_and_the_pack_follow_the_agenda(meeting, leader, sign_in):
    own(meeting, leader)
    place_section(meeting=meeting, key="own-1", before="coverage")
    leave_out_section(meeting=meeting, key="landing", by=leader)
    write_note(meeting=meeting, section="own-1", text="Ask them again", by=leader)
    client = sign_in(leader)
    assert [each.section.key for each in client.get(meeting.get_absolute_url()).context["shown"]] == keys(meeting)
    run = client.get(url("meeting_run", meeting.pk))
    assert run.context["each"].section.title == "Guests"
    assert "What would you do?" in run.content.decode()
    assert client.get(f"{url('meeting_run', meeting.pk)}?section=landing").status_code == 404

    said = markdown(handout_of(meeting))
    assert said.index("Guests") < said.index("What we know")
    assert "What would you do?" in said
    pack = close_meeting(meeting=meeting, by=leader)
    frozen = json.loads(pack.content)["sections"]
    assert [each["key"] for each in frozen] == keys(meeting)
    assert (frozen[0]["title"], frozen[0]["note"]) == ("Guests", "Ask them again")
    assert frozen[0]["data"] == {"prompt": "What would you do?"}
    assert differences(pack) == []
    assert [part.title for part in handout_of(Meeting.objects.get()).parts][0] == "Guests"


@pytest.mark.parametrize("is_all", [False, True], ids=["figures", "all"])
def test_it_is_closed_and_shown_without_what_was_left_out(meeting, leader, sign_in, is_all):
    make_lost(closed_on=date(2026, 3, 10), amount=1000)
    gone = set(keys(meeting)) - {"decisions"} if is_all else {"headline", "coverage"}
    for key in gone:
        leave_out_section(meeting=meeting, key=key, by=leader)
    close_meeting(meeting=meeting, by=leader)
    make_lost(closed_on=date(2026, 3, 11), amount=1000)
    client = sign_in(leader)
    names = ["detail", "summary", "markdown", "slides"] + ["pdf"] * can_draw()
    pages = [url(f"meeting_{name}", meeting.pk) for name in names] + [
        url("meeting_trends"),
        url("meeting_trends_export"),
    ]
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


def test_a_closed_meeting_keeps_its_order_whatever_becomes_of_the_template(meeting, leader, sign_in):
    pack = close_meeting(meeting=meeting, by=leader)
    before = pack.content, pack.html
    later = make(leader, NEXT)
    place_section(meeting=later, key="deals", before="")
    save_template(meeting=later)
    pack.refresh_from_db()
    assert (pack.content, pack.html) == before
    assert differences(pack) == []
    page = url("agenda_section_move", meeting.pk, "deals")
    assert sign_in(leader).post(page, {"to": "up"}).status_code == 409
    reopen_meeting(meeting=meeting, by=leader)
    assert sign_in(leader).post(page, {"to": "up"}).status_code == 302


def test_the_page_moves_leaves_out_and_takes_in_with_and_without_htmx(meeting, marketer, sign_in):
    client = sign_in(marketer)
    client.post(url("agenda_section_move", meeting.pk, "quality"), {"to": "up"})
    answer = client.post(url("agenda_section_move", meeting.pk, "agreement"), {"to": "up"}, headers=HTMX)
    assert keys(meeting)[:3] == ["quality", "agreement", "coverage"]
    assert answer.content.decode().lstrip().startswith('<section id="agenda"')
    client.post(url("agenda_section_move", meeting.pk, "coverage"), {"before": "quality"}, headers=HTMX)
    assert keys(meeting)[0] == "coverage"
    write_note(meeting=meeting, section="landing", text="Kept", by=marketer)
    client.post(url("agenda_section_leave_out", meeting.pk, "landing"))
    page = client.get(url("meeting_agenda", meeting.pk)).content.decode()
    assert "Its notes are kept" in page
    client.post(url("agenda_section_take_in", meeting.pk, "landing"))
    assert "landing" in keys(meeting)
    assert client.post(url("agenda_section_move", meeting.pk, "gossip"), {"to": "up"}).status_code == 404


def test_it_adds_own_sections_and_keeps_what_it_refuses(meeting, marketer, sign_in):
    client, page = sign_in(marketer), url("meeting_agenda", meeting.pk)
    refused = client.post(page, {"title": "", "prompt": "Said nowhere else", "minutes": "7"})
    assert refused.status_code == 422
    assert "Said nowhere else" in refused.content.decode()
    assert client.post(page, {"title": "Guests", "prompt": "Why?", "minutes": "7"}).status_code == 302
    assert meeting.agenda.get(key="own-1").changed_by == marketer
    assert "Guests" in strip_tags(client.get(page).content.decode())


def test_it_says_how_much_too_long_the_agenda_is(meeting, leader, sign_in):
    own(meeting, leader, minutes=30)
    page = sign_in(leader).get(url("meeting_agenda", meeting.pk)).content.decode()
    assert "90 of 60 minutes, 30 too many" in page


@pytest.mark.parametrize("minutes", ["0", "-1", "241", "soon", ""])
def test_it_refuses_minutes_nobody_can_mean_and_keeps_them_on_the_page(meeting, leader, sign_in, minutes):
    page = url("agenda_section_edit", meeting.pk, "deals")
    for headers in ({}, HTMX):
        answer = sign_in(leader).post(page, {"minutes": minutes}, headers=headers)
        assert answer.status_code == 422
        assert not minutes or f'value="{minutes}"' in answer.content.decode()
    assert meeting.agenda.get(key="deals").minutes == 10


def test_minutes_changed_by_two_cross_and_both_are_shown(meeting, leader, marketer, sign_in):
    page = url("agenda_section_edit", meeting.pk, "deals")
    assert sign_in(marketer).post(page, {"minutes": "12", "initial-minutes": "10"}).status_code == 302
    crossed = sign_in(leader).post(page, {"minutes": "20", "initial-minutes": "10"})
    assert crossed.status_code == 409
    words = crossed.content.decode()
    assert "Mara (marketer) changed this" in words
    assert 'value="20"' in words
    assert meeting.agenda.get(key="deals").minutes == 12
    again = {"minutes": "20", "initial-minutes": "12", "keep_minutes": "mine"}
    assert sign_in(leader).post(page, again).status_code == 302
    assert meeting.agenda.get(key="deals").minutes == 20


def test_two_who_change_different_fields_of_an_own_section_do_not_cross(meeting, leader, marketer, sign_in):
    own(meeting, leader)
    page, stood = url("agenda_section_edit", meeting.pk, "own-1"), {f"initial-{name}": OWN[name] for name in OWN}
    assert sign_in(marketer).post(page, OWN | stood | {"title": "Our guests"}).status_code == 302
    assert sign_in(leader).post(page, OWN | stood | {"minutes": 9}).status_code == 302
    row = meeting.agenda.get(key="own-1")
    assert (row.title, row.minutes) == ("Our guests", 9)


def test_the_page_costs_few_queries(meeting, leader, sign_in, django_assert_max_num_queries):
    for _ in range(8):
        own(meeting, leader)
    client = sign_in(leader)
    with django_assert_max_num_queries(20):
        client.get(url("meeting_agenda", meeting.pk))


def test_it_is_measured_against_what_the_meeting_takes(meeting, leader, sign_in):
    Meeting.objects.update(minutes=30)
    page = sign_in(leader).get(url("meeting_agenda", meeting.pk)).content.decode()
    assert "60 of 30 minutes, 30 too many" in page


def test_a_section_in_front_of_itself_stays_where_it_is(meeting):
    before = keys(meeting)
    place_section(meeting=meeting, key="deals", before="deals")
    assert keys(meeting) == before
