"""Sending digests: once, in the person's own hour, quiet without news, and without words in a log."""

import logging
from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import OperationalError
from django.utils import timezone

from feedback import digest_mail, jobs
from feedback.actions.opportunities import exclude_from_reviews, snooze_review
from feedback.kept import kept_once
from feedback.models import Digest, DigestChoice, Job, Notification, User
from tests.factories import make_lost, make_review, make_team, make_user

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    now = SimpleNamespace(at=MONDAY)
    monkeypatch.setattr(timezone, "now", lambda: now.at)
    return now


@pytest.fixture
def owing(clock, rep):
    make_lost("Big", account="Northwind", owner=rep, amount=90_000, closed_on=date(2026, 11, 20))
    make_lost("Small", account="Acme", owner=rep, amount=500, closed_on=date(2026, 11, 2))
    return rep


def sweep():
    """What the worker does every ten minutes."""
    jobs.queue_daily_jobs()
    for job in Job.objects.due().filter(kind="send_digests"):
        jobs.run_job(job.pk)


def html_of(message):
    return next(part.content for part in message.alternatives if part.mimetype == "text/html")


def test_it_says_what_is_owed_by_value_with_a_link_into_each_form(owing, settings):
    settings.PORTAL_URL = "https://loop.example.com"
    sweep()
    [message] = mail.outbox
    deals = {deal.name: deal.pk for deal in owing.opportunities.all()}
    assert message.to == [owing.email]
    assert message.subject == "Closed Loop: 2 reviews owed"
    assert message.body.index("Northwind · Big") < message.body.index("Acme · Small")
    assert "€\u00a090,000, closed 20 Nov, due 27 Nov" in message.body
    assert "14 days late" in message.body
    for name in deals:
        link = f"https://loop.example.com/deals/{deals[name]}/review/"
        assert link in message.body
        assert f'<a href="{link}">' in html_of(message)


def test_it_can_be_read_as_html_and_loads_nothing(owing):
    make_lost("<script>alert(1)</script>", account="A & B", owner=owing)
    sweep()
    html = html_of(mail.outbox[0])
    assert "<script>" not in html
    assert "A &amp; B" in html
    assert [outside for outside in ("src=", "style=", "@import", "url(", "<link") if outside in html] == []
    assert [part for part in ('lang="en"', '<th scope="col">', '<th scope="row">') if part not in html] == []
    assert "A & B · <script>" in mail.outbox[0].body


def test_it_has_the_headers_of_a_mail_made_by_a_machine(owing, settings):
    settings.PORTAL_URL = "https://loop.example.com"
    sweep()
    sent = mail.outbox[0].message()
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["List-Unsubscribe"].startswith("<https://loop.example.com/digest/off/")
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent["Message-ID"] == Digest.objects.get(person=owing).message_id
    assert sent["Message-ID"].endswith("@loop.example.com>")


def test_it_is_sent_once_though_the_work_runs_twice(owing, clock):
    for _ in range(3):
        jobs.queue_job(kind="send_digests")
    jobs.run_due_jobs()
    clock.at += timedelta(hours=1)
    sweep()
    assert len(mail.outbox) == 1
    assert Digest.objects.get(person=owing).outcome == "sent"


def test_it_is_not_sent_while_another_holds_it(owing, clock):
    Digest.objects.create(
        person=owing, day=MONDAY.date(), due_at=MONDAY, held_until=clock.at + timedelta(minutes=1), tries=1
    )
    sweep()
    assert mail.outbox == []


def test_a_crash_after_sending_repeats_it_under_the_same_message_id_and_says_so(owing, clock, monkeypatch, caplog):
    update = type(Digest.objects.all()).update

    def crash(rows, **fields):
        if fields.get("outcome") == "sent":
            raise OperationalError("the database is gone")
        return update(rows, **fields)

    with monkeypatch.context() as broken:
        broken.setattr(type(Digest.objects.all()), "update", crash)
        sweep()
    sweep()
    assert len(mail.outbox) == 1  # held still
    clock.at += timedelta(minutes=10)
    with caplog.at_level(logging.INFO):
        sweep()
        sweep()
    first, again = (message.message()["Message-ID"] for message in mail.outbox)
    assert first == again
    told = [record for record in caplog.records if record.getMessage() == "digest sent"][-1]
    assert (told.message_id, told.person) == (first, owing.pk)
    assert getattr(told, "try") == 2


def test_everybody_gets_theirs_at_their_own_hour(owing, clock, other_rep):
    User.objects.filter(pk=other_rep.pk).update(time_zone="America/New_York")
    make_lost("Theirs", owner=other_rep)
    sweep()
    assert [message.to for message in mail.outbox] == [[owing.email]]
    clock.at = MONDAY + timedelta(hours=5)
    sweep()
    assert [message.to for message in mail.outbox] == [[owing.email], [other_rep.email]]


def test_it_keeps_to_the_days_and_hour_that_were_chosen(owing, clock):
    DigestChoice.objects.create(person=owing, weekdays="02", hour=17)
    DigestChoice.objects.update(chosen_at=MONDAY - timedelta(days=1))
    sweep()
    assert mail.outbox == []
    clock.at = datetime(2026, 11, 25, 17, 5, tzinfo=UTC)
    sweep()
    assert len(mail.outbox) == 1


def test_it_sends_none_to_who_switched_it_off_is_gone_or_has_no_address(owing, other_rep):
    DigestChoice.objects.create(person=owing, is_on=False)
    make_lost("Gone", owner=make_user("Gil Gone", is_active=False, team=make_team("North")))
    make_lost("Nowhere", owner=other_rep)
    User.objects.filter(pk=other_rep.pk).update(email="")
    sweep()
    assert [message.to for message in mail.outbox if message.to == [owing.email] or not message.to[0]] == []


def test_it_is_quiet_without_news_and_stays_so_for_that_day(clock, rep):
    sweep()
    assert (mail.outbox, Digest.objects.get(person=rep).outcome) == ([], "quiet")
    make_lost("Later that day", owner=rep)
    clock.at += timedelta(hours=2)
    sweep()
    assert mail.outbox == []


def test_it_leaves_out_what_was_put_off_or_left_out_of_reminders_and_brings_it_back(owing, clock):
    small, big = owing.opportunities.order_by("amount")
    snooze_review(opportunity=big, until=date(2026, 11, 30), by=owing)
    exclude_from_reviews(opportunity=small, reason="A test", reminders_only=True, by=owing)
    sweep()
    assert mail.outbox == []
    clock.at += timedelta(days=7)
    sweep()
    assert "Northwind · Big" in mail.outbox[0].body
    assert "Acme · Small" not in mail.outbox[0].body


def test_it_tells_unread_news_once_by_title_and_quotes_no_buyer(clock, rep):
    words = {"title": "“Old sheet” was declined", "body": "You logged “secret words”.", "url": "/content/1/"}
    Notification.objects.create(to=rep, key="a", **words)
    Notification.objects.create(to=rep, key="b", **words | {"title": "Read already"}, read_at=MONDAY)
    sweep()
    [message] = mail.outbox
    assert "“Old sheet” was declined" in message.body
    assert "/content/1/" in message.body
    assert "Read already" not in message.body
    assert "secret words" not in message.body + html_of(message)
    clock.at += timedelta(days=7)
    sweep()
    assert len(mail.outbox) == 1


def test_a_link_of_a_notification_that_leads_elsewhere_is_not_passed_on(clock, rep):
    Notification.objects.create(to=rep, key="a", title="Look", url="//evil.example/")
    sweep()
    assert "evil.example" not in mail.outbox[0].body + html_of(mail.outbox[0])


def test_a_manager_reads_a_line_of_their_teams_coverage_but_gets_no_mail_for_it_alone(clock, manager, rep):
    make_review(make_lost("Known", owner=rep, closed_on=date(2026, 11, 2)), author=rep)
    sweep()
    assert mail.outbox == []
    Digest.objects.all().delete()
    make_lost("Of the manager", owner=manager)
    sweep()
    body = mail.outbox[0].body
    assert "North: reasons known for 1 of 1 lost deals, 100\u00a0% of the value" in body


def test_a_mail_server_that_is_away_is_asked_again_and_after_a_day_no_more(owing, clock, monkeypatch):
    tries = []

    def away(self, messages):
        tries.append(clock.at)
        raise SMTPServerDisconnected

    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", away)
        for _ in range(3):
            sweep()
            clock.at += timedelta(minutes=10)
    assert len(tries) == 3
    sweep()
    assert len(mail.outbox) == 1

    Digest.objects.update(outcome="", as_of=None)
    clock.at = MONDAY + timedelta(days=1, minutes=1)
    sweep()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (SMTPRecipientsRefused({"x@example.com": (550, b"no such user")}), "refused"),
        (SMTPRecipientsRefused({"x@example.com": (450, b"later")}), ""),
        (SMTPDataError(554, b"no"), "refused"),
        (ValueError("no address"), "refused"),
    ],
)
def test_one_address_that_is_refused_holds_nobody_up(error, outcome, owing, other_rep, monkeypatch, caplog):
    make_lost("Theirs", owner=other_rep)
    send = EmailBackend.send_messages

    def refuse(self, messages):
        if messages[0].to == [owing.email]:
            raise error
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    sweep()
    assert [message.to for message in mail.outbox] == [[other_rep.email]]
    assert Digest.objects.get(person=owing).outcome == outcome
    assert owing.email not in "".join(str(record.__dict__) for record in caplog.records)


@pytest.mark.parametrize("backend", ["console", "dummy"])
def test_without_mail_no_word_of_it_reaches_the_log(backend, owing, settings, caplog, capfd):
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    with caplog.at_level(logging.INFO):
        sweep()
    printed = "".join(str(record.__dict__) for record in caplog.records) + "".join(capfd.readouterr())
    assert "digest made, and no mail is set up" in printed
    assert "Northwind" not in printed
    assert owing.email not in printed
    assert Digest.objects.get(person=owing).outcome == "no mail"


def test_nothing_is_queued_while_nothing_is_due(owing, clock):
    sweep()
    jobs.queue_daily_jobs()
    assert Job.objects.filter(kind="send_digests").count() == 1


def test_a_digest_of_many_deals_costs_the_same_number_of_queries(clock, rep, django_assert_max_num_queries):
    def build(person):
        digest = Digest(person=person, day=MONDAY.date(), due_at=MONDAY)
        with kept_once():  # as in a job
            return digest_mail.message_of(digest, MONDAY)

    for number in range(30):
        make_lost(f"Deal {number}", account=f"Account {number}", owner=rep)
        Notification.objects.create(to=rep, key=f"k{number}", title=f"News {number}", url="/")
    with django_assert_max_num_queries(16):
        message = build(rep)
    assert "And 20 more" in message.body


def test_who_is_due_costs_two_queries_however_many_people(clock, rep, django_assert_num_queries):
    for number in range(30):
        make_user(f"Person {number}")
    with django_assert_num_queries(2):
        assert len(digest_mail.due_now(MONDAY)) >= 30
