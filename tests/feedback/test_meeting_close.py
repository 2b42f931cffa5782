"""Closing freezes everything; nothing that happens later shows in what was closed."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback import meetings
from feedback.actions.decisions import add_action, add_decision
from feedback.actions.meetings import close_meeting, reopen_meeting, write_note
from feedback.actions.reviews import withdraw_review
from feedback.models import Action, Decision, Opportunity, Pack, Submission
from feedback.packs import checksum
from objections.actions.objections import withdraw_objection as withdraw
from objections.models import Merge, Objection, Theme
from tests.factories import make_collateral, make_lost, make_meeting, make_objection, make_review, make_theme, place

MONTH = date(2026, 3, 1)
DAY = date(2026, 3, 10)


@pytest.fixture
def meeting(leader, rep):
    """The meeting of a month in which one deal of 1,000 was lost for its price, with one objection in one theme."""
    deal = make_lost("Forklifts", account="Hansa", amount=1000, closed_on=DAY, owner=rep)
    make_review(deal, author=rep, code="PRICE", would_have_changed="A fixed price for three years")
    voice = make_objection("dearer than the other two", author=rep, opportunity=deal, heard_on=DAY, is_quote=True)
    place(voice, make_theme("Dearer than others"))
    meeting = make_meeting(MONTH, by=leader, facilitator=leader)
    meeting.opportunities.add(deal)
    write_note(meeting=meeting, section="reasons", text="Price again", by=leader)
    add_decision(meeting=meeting, decision=Decision(text="Offer a fixed price", proof="two wins"), by=leader)
    add_action(meeting=meeting, action=Action(text="Write the offer", owner=rep, due_on=date(2026, 4, 9)), by=leader)
    return meeting


def section(pack, key):
    return next(each for each in json.loads(pack.content)["sections"] if each["key"] == key)


def test_it_keeps_figures_quotes_notes_decisions_and_versions(meeting, leader, rep):
    pack = close_meeting(meeting=meeting, by=leader)
    content = json.loads(pack.content)

    assert section(pack, "coverage")["data"]["known"]["counts"] == "1 of 1"
    assert Decimal(section(pack, "reasons")["data"]["bars"][0]["total"]) == 1000
    assert section(pack, "reasons")["note"] == "Price again"
    assert section(pack, "themes")["data"]["themes"][0]["quotes"][0]["text"] == "dearer than the other two"
    assert section(pack, "deals")["data"]["deals"][0]["account"] == "Hansa"
    assert section(pack, "decisions")["data"]["decisions"][0]["text"] == "Offer a fixed price"
    assert section(pack, "decisions")["data"]["actions"][0]["due_on"] == "2026-04-09"
    assert content["basis"]["taxonomy"] == 1
    assert content["basis"]["definitions"]["lost-value"] == 1
    assert content["basis"]["currency"] == "EUR"
    assert pack.checksum == checksum(pack.content, pack.html)
    for words in ("Hansa", "dearer than the other two", "Price again", "Offer a fixed price", "Write the offer"):
        assert words in pack.html


def test_it_stores_no_name_of_the_rep_who_lost_or_reported(meeting, leader, rep):
    Action.objects.all().delete()
    pack = close_meeting(meeting=meeting, by=leader)
    assert "Rita" not in pack.html
    assert "Rita" not in pack.content


def test_it_stores_html_without_links_forms_and_tokens(meeting, leader):
    html = close_meeting(meeting=meeting, by=leader).html
    for mark in ("href=", "<form", "csrf", "<script", "style=", "hx-"):
        assert mark not in html


def test_it_escapes_what_people_wrote(meeting, leader):
    write_note(meeting=meeting, section="coverage", text="<script>alert(1)</script>", by=leader)
    html = close_meeting(meeting=meeting, by=leader).html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def edit_amount(meeting, rep):
    deal = meeting.opportunities.get()
    deal.amount, deal.name = 999_999, "Renamed"
    deal.save()


def edit_review(meeting, rep):
    review = meeting.opportunities.get().reviews.get()
    review.reason, review.would_have_changed = None, "Nothing"
    review.save()


def withdraw_objection(meeting, rep):
    withdraw(objection=Objection.objects.get(), by=rep)


def edit_objection(meeting, rep):
    Objection.objects.update(text="something else")


def merge_theme(meeting, rep):
    theme, into = Theme.objects.get(name="Dearer than others"), make_theme("Other")
    theme.placements.update(theme=into)
    theme.state = "merged"
    theme.save()
    Merge.objects.create(theme=theme, into=into, by=rep)


def answer_theme(meeting, rep):
    make_collateral(owner=rep, themes=[Theme.objects.get(name="Dearer than others")])


def lose_another(meeting, rep):
    make_lost("Late entry", amount=5000, closed_on=DAY)


def change_words(meeting, rep):
    meeting.notes.update(text="Never said")
    meeting.decisions.update(text="Never decided")
    meeting.actions.update(text="Never promised")


@pytest.mark.parametrize(
    "late_edit",
    [
        edit_amount,
        edit_review,
        withdraw_objection,
        edit_objection,
        merge_theme,
        answer_theme,
        lose_another,
        change_words,
    ],
)
def test_it_does_not_change_after_a_late_edit(meeting, leader, rep, sign_in, late_edit):
    pack = close_meeting(meeting=meeting, by=leader)
    before = (pack.content, pack.html, pack.checksum)

    late_edit(meeting, rep)

    pack.refresh_from_db()
    assert (pack.content, pack.html, pack.checksum) == before
    assert pack.html in sign_in(rep).get(meeting.get_absolute_url()).content.decode()


def test_it_says_beside_the_pack_what_has_changed_since(meeting, leader, rep, sign_in):
    close_meeting(meeting=meeting, by=leader)
    page = sign_in(rep).get(meeting.get_absolute_url())
    assert page.context["since"] == []

    edit_amount(meeting, rep)
    edit_review(meeting, rep)

    rows = {
        row["label"]: (row["then"], row["now"]) for row in sign_in(rep).get(page.request["PATH_INFO"]).context["since"]
    }
    assert rows == {
        "Reasons known": ("1 of 1", "0 of 1"),
        "Reasons known, by value": ("100\u00a0%", "0\u00a0%"),
        "Lost value": (1000, 999_999),
    }


def test_it_says_why_with_links_to_the_rows(meeting, leader, rep, sign_in):
    open_review = make_review(make_lost("Owed", closed_on=DAY), author=rep, submitted=False)
    close_meeting(meeting=meeting, by=leader)
    client = sign_in(leader)
    assert client.get(meeting.get_absolute_url()).context["changes"] == []

    edit_amount(meeting, rep)
    edit_review(meeting, rep)
    Submission.objects.create(review=open_review, by=rep, at=timezone.now())
    lose_another(meeting, rep)
    make_lost("Another month", closed_on=date(2020, 1, 1))
    voice = make_objection("dear", author=rep, heard_on=DAY)

    answer = client.get(meeting.get_absolute_url())
    found = {each.words: each.url for each in answer.context["changes"]}
    changed, deals = meeting.opportunities.get(), reverse("feedback:opportunity_list")
    assert found == {
        "1 review handed in": f"{reverse('feedback:review_list')}?ids={open_review.pk}",
        "1 review changed": f"{reverse('feedback:review_list')}?ids={changed.reviews.get().pk}",
        "1 deal closed or added": f"{deals}?ids={Opportunity.objects.get(name='Late entry').pk}",
        "1 deal with another amount: 1,000 EUR, now 999,999 EUR": f"{deals}?ids={changed.pk}",
        "1 objection logged": f"{reverse('objections:objection_list')}?ids={voice.pk}",
    }
    assert all(url in answer.content.decode() and client.get(url).status_code == 200 for url in found.values())
    since = answer.content.decode().split('id="since"')[1].split("</section>")[0]
    assert "Rita" not in since


def test_it_says_that_a_deal_was_reopened_and_a_review_withdrawn(meeting, leader, rep, sign_in):
    close_meeting(meeting=meeting, by=leader)
    deal = meeting.opportunities.get()
    withdraw_review(review=deal.reviews.get(), by=rep)
    client, url = sign_in(rep), meeting.get_absolute_url()
    assert [each.words for each in client.get(url).context["changes"]] == ["1 review withdrawn"]
    deal.outcome, deal.closed_on = "open", None
    deal.save()
    found = [each.words for each in client.get(url).context["changes"]]
    assert found == ["1 deal reopened or moved to other days"]


def test_it_gives_the_same_pack_when_closed_twice(meeting, leader):
    first = close_meeting(meeting=meeting, by=leader)
    edit_amount(meeting, leader)
    second = close_meeting(meeting=meeting, by=leader)
    assert (first.pk, first.checksum) == (second.pk, second.checksum)
    assert Pack.objects.count() == 1


def test_it_makes_another_version_after_reopening_and_keeps_the_first(meeting, leader):
    first = close_meeting(meeting=meeting, by=leader)
    reopen_meeting(meeting=meeting, by=leader)
    edit_amount(meeting, leader)

    second = close_meeting(meeting=meeting, by=leader)

    kept = Pack.objects.get(version=1)
    assert (second.version, kept.content, kept.reopened_by) == (2, first.content, leader)
    assert Decimal(section(second, "reasons")["data"]["bars"][0]["total"]) == 999_999
    assert json.loads(second.content)["meeting"]["version"] == 2


def test_it_leaves_nothing_behind_when_a_section_fails(meeting, leader, monkeypatch):
    def fail(period, meeting, beforehand):
        raise ZeroDivisionError

    monkeypatch.setitem(meetings.sections, "shipped", replace(meetings.sections["shipped"], collect=fail))
    with pytest.raises(ZeroDivisionError):
        close_meeting(meeting=meeting, by=leader)
    meeting.refresh_from_db()
    assert (Pack.objects.count(), meeting.held_on) == (0, None)


def test_it_tells_those_who_promised_something_once(meeting, leader, rep):
    close_meeting(meeting=meeting, by=leader)
    reopen_meeting(meeting=meeting, by=leader)
    close_meeting(meeting=meeting, by=leader)
    told = rep.notifications.get()
    assert (told.title, told.url) == ("You promised: Write the offer", meeting.get_absolute_url())


def test_it_closes_and_reopens_from_the_pages(meeting, leader, sign_in):
    client = sign_in(leader)
    assert client.get(reverse("feedback:meeting_close", args=[meeting.pk])).status_code == 200
    client.post(reverse("feedback:meeting_close", args=[meeting.pk]))
    assert meeting.packs.live().get().closed_by == leader
    again = client.post(reverse("feedback:meeting_close", args=[meeting.pk]))
    assert (again.status_code, Pack.objects.count()) == (302, 1)

    client.post(reverse("feedback:meeting_reopen", args=[meeting.pk]))
    assert not meeting.packs.live().exists()
