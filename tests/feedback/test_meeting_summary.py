"""The one-page summary: mailed once to each attendee of a closing, corrected when closed again, and quoting nobody."""

from datetime import date

import pytest
from django.core import mail
from django.urls import reverse

from feedback import jobs
from feedback.actions.decisions import add_action, add_decision
from feedback.actions.meetings import close_meeting, reopen_meeting
from feedback.actions.summaries import send_summary
from feedback.models import Action, Decision, Job, SummaryMail, User
from feedback.summaries import ACTIONS, DECISIONS, corrections, summary_of
from tests.factories import make_lost, make_meeting, make_objection, make_review, make_theme, make_user, place

MONTH, DAY = date(2026, 3, 1), date(2026, 3, 10)


@pytest.fixture
def meeting(leader, marketer, rep):
    deal = make_lost("Forklifts", account="Hansa", amount=1000, closed_on=DAY, owner=rep)
    make_review(deal, author=rep, would_have_changed="A fixed price for Anna Meier")
    voice = make_objection("dearer, says Anna Meier", author=rep, opportunity=deal, heard_on=DAY, is_quote=True)
    place(voice, make_theme("Dearer than others"))
    meeting = make_meeting(MONTH, by=leader, facilitator=leader)
    meeting.attendees.set([leader, marketer])
    decision = Decision(text="Offer a fixed price", proof="two wins", owner=leader, due_on=date(2026, 4, 20))
    add_decision(meeting=meeting, decision=decision, by=leader)
    add_action(
        meeting=meeting, action=Action(text="Write the offer", owner=marketer, due_on=date(2026, 4, 9)), by=leader
    )
    return meeting


def sweep():
    """What the worker does every ten minutes."""
    jobs.queue_daily_jobs()
    for job in Job.objects.due().filter(kind="send_summaries"):
        jobs.run_job(job.pk)


def bodies(message):
    return [message.body, next(part.content for part in message.alternatives if part.mimetype == "text/html")]


def test_each_attendee_gets_what_was_decided_who_promised_what_and_the_figures(meeting, leader, settings):
    settings.PORTAL_URL = "https://loop.example.com"
    close_meeting(meeting=meeting, by=leader)
    sweep()
    assert sorted(message.to for message in mail.outbox) == sorted([[p.email] for p in meeting.attendees.all()])
    message = mail.outbox[0]
    assert message.subject == "Closed-lost review of March 2026"
    for body in bodies(message):
        for words in (
            "Offer a fixed price",
            "Lena Leader, by 20 Apr 2026 · it worked if: two wins",
            "Mara Marketer",
            "Write the offer, by 9 Apr 2026",
            "€\u00a01\u00a0k",
            "0 of 1",
            "Dearer than others",
            f"https://loop.example.com{meeting.get_absolute_url()}",
        ):
            assert words in body, words


def test_it_quotes_nobody_and_names_no_rep_who_lost_or_reported(meeting, leader, sign_in):
    close_meeting(meeting=meeting, by=leader)
    sweep()
    page = sign_in(leader).get(reverse("feedback:meeting_summary", args=[meeting.pk])).content.decode()
    for body in [*bodies(mail.outbox[0]), page]:
        assert [words for words in ("Anna", "Meier", "dearer, says", "Rita", "Hansa") if words in body] == []


def test_it_is_sent_once_however_often_the_work_runs(meeting, leader):
    close_meeting(meeting=meeting, by=leader)
    close_meeting(meeting=meeting, by=leader)
    for _ in range(3):
        jobs.queue_job(kind="send_summaries")
    sweep()
    sweep()
    assert len(mail.outbox) == 2
    sent = {message.message()["Message-ID"] for message in mail.outbox}
    assert sent == {row.message_id for row in SummaryMail.objects.all()}
    assert set(SummaryMail.objects.values_list("outcome", "tries")) == {("sent", 1)}


def test_closed_again_it_says_corrected_and_what_changed(meeting, leader):
    close_meeting(meeting=meeting, by=leader)
    sweep()
    mail.outbox.clear()
    reopen_meeting(meeting=meeting, by=leader)
    make_lost("Late", amount=3000, closed_on=DAY)
    add_decision(meeting=meeting, decision=Decision(text="Ask twice"), by=leader)
    close_meeting(meeting=meeting, by=leader)
    sweep()

    message = mail.outbox[0]
    assert message.subject == "Corrected: Closed-lost review of March 2026"
    for line in (
        "New: Ask twice",
        "Lost: EUR 1,000 on 1 deal, now EUR 4,000 on 2 deals",
        "Win rate: 0 of 1, now 0 of 2",
    ):
        assert f"* {line}" in message.body
    assert "No longer" not in message.body
    assert SummaryMail.objects.count() == 4


def test_words_are_escaped_in_html_and_plain_in_text(meeting, leader):
    add_decision(meeting=meeting, decision=Decision(text="<script>alert(1)</script> & more"), by=leader)
    close_meeting(meeting=meeting, by=leader)
    sweep()
    text, html = bodies(mail.outbox[0])
    assert "<script>alert(1)</script> & more" in text
    assert "<script>" not in html
    assert [outside for outside in ("src=", "style=", "@import", "url(") if outside in html] == []


def test_long_meetings_still_fit_a_page_and_say_what_is_left_out(meeting, leader, rep):
    for number in range(20):
        add_decision(meeting=meeting, decision=Decision(text=f"Decision {number}"), by=leader)
        action = Action(text=f"Action {number}", owner=rep, due_on=DAY)
        add_action(meeting=meeting, action=action, by=leader)
    summary = summary_of(close_meeting(meeting=meeting, by=leader))
    assert (len(summary.decided), summary.more_decided) == (DECISIONS, 21 - DECISIONS)
    assert (sum(len(rows) for _, rows in summary.by_owner), summary.more_promised) == (ACTIONS, 21 - ACTIONS)


def test_the_page_says_who_got_it_and_sends_it_to_others(meeting, leader, marketer, rep, sign_in):
    close_meeting(meeting=meeting, by=leader)
    sweep()
    client, send = sign_in(marketer), reverse("feedback:summary_send", args=[meeting.pk])
    offered = set(client.get(send).context["form"].fields["people"].queryset)
    assert rep in offered
    assert not {leader, marketer} & offered
    assert client.post(send, {}).status_code == 422
    assert client.post(send, {"people": [leader.pk]}).status_code == 422
    assert sign_in(rep).post(send, {"people": [rep.pk]}).status_code == 403

    client.post(send, {"people": [rep.pk]})
    sweep()
    assert mail.outbox[-1].to == [rep.email]
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert [name for name in ("Lena Leader", "Mara Marketer", "Rita Rep") if f'grow">{name}<' not in page] == []


def test_people_without_an_address_or_account_are_left_out(meeting, leader):
    mute = make_user("Mute")
    User.objects.filter(pk=mute.pk).update(email="")
    meeting.attendees.set([make_user("Away", is_active=False), mute])
    close_meeting(meeting=meeting, by=leader)
    assert [row.person for row in SummaryMail.objects.all()] == [leader]


def test_whoever_leads_it_gets_it_and_whoever_had_it_gets_it_corrected(meeting, leader, marketer, rep):
    meeting.attendees.set([marketer])
    pack = close_meeting(meeting=meeting, by=leader)
    send_summary(pack=pack, people=[rep], by=leader)
    sweep()
    everybody = {leader.email, marketer.email, rep.email}
    assert {message.to[0] for message in mail.outbox} == everybody
    mail.outbox.clear()
    reopen_meeting(meeting=meeting, by=leader)
    close_meeting(meeting=meeting, by=leader)
    sweep()
    assert {(message.to[0], message.subject[:10]) for message in mail.outbox} == {
        (to, "Corrected:") for to in everybody
    }


def test_what_waits_while_the_meeting_is_open_again_is_not_sent(meeting, leader):
    close_meeting(meeting=meeting, by=leader)
    reopen_meeting(meeting=meeting, by=leader)
    jobs.queue_job(kind="send_summaries")
    sweep()
    assert mail.outbox == []
    close_meeting(meeting=meeting, by=leader)
    sweep()
    assert [message.subject[:10] for message in mail.outbox] == ["Corrected:"] * 2


def test_corrections_are_of_all_that_was_said_not_of_what_fits_the_page(meeting, leader, rep):
    for number in range(DECISIONS + 2):
        add_decision(meeting=meeting, decision=Decision(text=f"Decision {number}"), by=leader)
    for number in range(ACTIONS + 2):
        add_action(meeting=meeting, action=Action(text=f"Action {number}", owner=rep, due_on=DAY), by=leader)
    before = summary_of(close_meeting(meeting=meeting, by=leader))
    reopen_meeting(meeting=meeting, by=leader)
    meeting.decisions.filter(text="Decision 0").delete()
    add_action(meeting=meeting, action=Action(text="At last", owner=rep, due_on=date(2026, 12, 1)), by=leader)
    now = summary_of(close_meeting(meeting=meeting, by=leader))
    assert corrections(before, now) == ["New: Rita Rep: At last, by 1 Dec 2026", "No longer: Decision 0"]


def test_where_no_mail_is_set_up_it_says_so(meeting, leader, settings, sign_in):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    close_meeting(meeting=meeting, by=leader)
    sweep()
    assert set(SummaryMail.objects.values_list("outcome", flat=True)) == {"no mail"}
    assert "No mail is set up" in sign_in(leader).get(meeting.get_absolute_url()).content.decode()


def test_a_meeting_that_is_not_closed_has_no_summary(meeting, leader, sign_in):
    for name in ("meeting_summary", "summary_send"):
        assert sign_in(leader).get(reverse(f"feedback:{name}", args=[meeting.pk])).status_code == 404


def test_sending_twice_is_one_mail(meeting, leader, rep):
    pack = close_meeting(meeting=meeting, by=leader)
    assert send_summary(pack=pack, people=[rep], by=leader) == 1
    assert send_summary(pack=pack, people=[rep, leader], by=leader) == 0
