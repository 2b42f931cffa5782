"""Trends across meetings: from what closed packs say, never from today's rows."""

import csv
import io
import json
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from feedback import trends, trends_page
from feedback.actions.decisions import end_action
from feedback.actions.judgements import judge_decision
from feedback.actions.meetings import close_meeting, reopen_meeting
from feedback.actions.personal_data import erase_words
from feedback.models import Action, Company, Decision, Meeting, Series
from feedback.redaction import Redaction
from feedback.trends import closed_meetings, read
from tests.factories import make_lost, make_meeting, make_review, make_won


@pytest.fixture(autouse=True)
def _no_packs_of_other_tests():
    cache.clear()


@pytest.fixture
def met(leader, rep):
    """Two closed meetings: the second judged a decision of the first and saw one of its actions done."""
    first, second = make_meeting(date(2026, 2, 1), by=leader), make_meeting(date(2026, 3, 1), by=leader)
    make_review(make_lost(amount=1000, closed_on=date(2026, 2, 10)), author=rep)
    make_lost(amount=4000, closed_on=date(2026, 3, 10))
    past = timezone.localdate() - timedelta(days=3)
    kept = Decision.objects.create(meeting=first, text="Fixed price", due_on=past, by=leader)
    Decision.objects.create(meeting=first, text="Nobody looked", due_on=past, by=leader)
    Decision.objects.create(meeting=first, text="Some day", by=leader)
    moot = Decision.objects.create(meeting=first, text="Moot", due_on=past, by=leader)
    late, done = (
        Action.objects.create(meeting=first, text=text, owner=rep, due_on=day, by=leader)
        for text, day in (("Late", past), ("Done", timezone.localdate()))
    )
    close_meeting(meeting=first, by=leader)
    judge_decision(decision=kept, verdict="kept", why="Yes", by=leader)
    judge_decision(decision=moot, verdict="overtaken", why="Sold", by=leader)
    end_action(action=done, by=rep)
    end_action(action=late, by=rep)
    close_meeting(meeting=second, by=leader)
    return first, second


def make_series(name, *, by):
    return Series.objects.create(name=name, starts_on=date(2026, 3, 2), made_by=by)


def mets():
    return closed_meetings(Meeting.objects.all())


def lines():
    found = mets()
    return {line.key: line for line in trends.lines(found)}


def test_it_counts_what_was_kept_and_done_on_time(met):
    first, second = trends.promises(mets())
    assert (first.decided, first.kept.counts) == (4, "1 of 2")
    assert (first.promised, first.done, first.on_time.counts) == (2, 2, "1 of 2")
    assert (second.decided, second.kept.counts, second.on_time.counts) == (0, "0 of 0", "0 of 0")


def test_it_shows_figures_as_each_meeting_froze_them(met):
    before = lines()
    make_won(amount=9, closed_on=date(2026, 2, 11))
    Decision.objects.all().update(text="Never said")
    assert lines() == before
    assert [point.value for point in before["lost"].points] == [1000, 4000]
    assert [(point.part, point.n) for point in before["coverage"].points] == [(1, 1), (0, 1)]


def test_what_is_judged_after_the_last_close_is_not_told_yet(met, leader):
    judge_decision(decision=Decision.objects.get(text="Nobody looked"), verdict="kept", why="Late", by=leader)
    assert trends.promises(mets())[0].kept.counts == "1 of 2"


def test_a_pack_of_an_earlier_release_leaves_gaps_and_breaks_nothing(met):
    first, second = met
    pack = second.packs.get()
    content = json.loads(pack.content)
    content["sections"] = [
        {
            "key": "last_time",
            "title": "Since last time",
            "note": "",
            "data": {
                "month": "2026-02-01",
                "decisions": [{"id": 1, "text": "Old", "owner": "", "due_on": None, "proof": ""}],
                "actions": [{"id": Action.objects.get(text="Done").pk, "is_done": True}],
                "older": [],
            },
        },
        {"key": "headline", "title": "In numbers", "note": "", "data": {"figures": "none"}},
        {"key": "gossip", "title": "Gone", "note": "", "data": {}},
    ]
    seen = read(json.dumps(content))
    assert (seen.points, seen.decided, list(seen.done.values())) == ({}, {}, [None])


def test_a_meeting_that_is_open_again_is_left_out(met, leader):
    reopen_meeting(meeting=met[1], by=leader)
    assert [each.meeting for each in mets()] == [met[0]]


def test_it_says_whether_the_number_aimed_at_moved(leader, rep):
    first = make_meeting(date(2026, 2, 1), by=leader)
    Decision.objects.create(meeting=first, text="Fixed price", aim="win-rate", hoped="up", by=leader)
    for make, n in ((make_won, 5), (make_lost, 25)):
        for _ in range(n):
            make(closed_on=date(2026, 2, 10))
    close_meeting(meeting=first, by=leader)
    (row,) = trends.aimed(mets())
    assert (row.then.shown, row.now, row.course.key) == ("17\u00a0% (n\u00a030)", None, "none")

    for _ in range(25):
        make_won(closed_on=date(2026, 3, 10))
    close_meeting(meeting=make_meeting(date(2026, 3, 1), by=leader), by=leader)
    (row,) = trends.aimed(mets())
    assert (row.now.shown, row.course.key, row.label) == ("100\u00a0% (n\u00a025)", "as hoped", "Win rate")


def test_everybody_sees_the_page_with_its_tables_and_links(met, rep, sign_in):
    page = sign_in(rep).get(reverse("feedback:meeting_trends")).content.decode()
    for meeting in met:
        assert meeting.get_absolute_url() in page
    assert "Lost: EUR 1,000, now EUR 4,000" in page
    assert "1 of 2" in page


def test_it_opens_without_a_closed_meeting(rep, sign_in):
    assert "No meeting is closed yet" in sign_in(rep).get(reverse("feedback:meeting_trends")).content.decode()


def test_its_csv_has_a_row_a_meeting(met, rep, sign_in):
    answer = sign_in(rep).get(reverse("feedback:meeting_trends_export"))
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [(row["Decisions"], row["Decisions kept"], row["Lost, amount"]) for row in rows] == [
        ("4", "1", "1000.0"),
        ("0", "0", "4000.0"),
    ]


def test_days_are_the_company_s_and_amounts_in_the_currency_of_the_pack(met):
    Company.objects.update(time_zone="Pacific/Auckland", currency="USD")
    pack = met[0].packs.get()
    content = json.loads(pack.content)
    content["meeting"]["closed_at"] = "2026-03-31T20:00:00+00:00"
    seen = read(json.dumps(content))
    assert (seen.closed_on, seen.currency) == (date(2026, 4, 1), "EUR")
    found = mets()
    titles = [each.title for each in trends_page.shown(trends.lines(found), found)]
    assert "Lost: EUR 1,000, now EUR 4,000" in titles


def test_meetings_of_weeks_are_told_apart_and_chosen_by_their_series(met, leader, sign_in):
    weekly, other = (make_series(name, by=leader) for name in ("Weekly", "Monthly"))
    for day in (2, 9):
        days = {"first_day": date(2026, 3, day), "last_day": date(2026, 3, day + 6)}
        close_meeting(meeting=Meeting.objects.create(series=weekly, made_by=leader, **days), by=leader)
    Meeting.objects.filter(pk=met[0].pk).update(series=other)
    client, url = sign_in(leader), reverse("feedback:meeting_trends")
    assert len(client.get(url).context["mets"]) == 4
    page = client.get(url, {"series": weekly.pk})
    names = [trends_page.short_name(each) for each in page.context["mets"]]
    assert names == ["2 to 8 March 2026", "9 to 15 March 2026"]
    assert f"?series={weekly.pk}" in page.content.decode()
    assert len(client.get(url, {"series": "gossip"}).context["mets"]) == 4


def test_words_that_are_erased_are_kept_nowhere(leader, admin, django_capture_on_commit_callbacks):
    meeting = make_meeting(date(2026, 2, 1), by=leader)
    Decision.objects.create(meeting=meeting, text="Ask Anna Meier", aim="win-rate", hoped="up", by=leader)
    key = trends._key(close_meeting(meeting=meeting, by=leader).checksum)
    assert trends.aimed(mets())[0].text == "Ask Anna Meier"
    assert cache.get(key)
    with django_capture_on_commit_callbacks(execute=True):
        erase_words(redaction=Redaction(["Anna Meier"]), why="Asked", by=admin)
    assert cache.get(key) is None
    assert "Anna" not in trends.aimed(mets())[0].text


def test_a_second_look_reads_no_pack(met, leader, sign_in, django_assert_max_num_queries):
    client, url = sign_in(leader), reverse("feedback:meeting_trends")
    client.get(url)
    with django_assert_max_num_queries(14) as asked:
        client.get(url)
    assert [query["sql"] for query in asked.captured_queries if '"content"' in query["sql"]] == []
