"""What only piles up goes after its time; what somebody needs, or set to be kept, stays."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback import jobs, retention
from feedback.jobs import queue_daily_jobs, queue_job, run_due_jobs
from feedback.models import Import, ImportRemark, Job, Notification, Retention, Session
from feedback.models.jobs import JobState
from objections.actions.objections import change_objection
from objections.models import Build
from tests.factories import make_lost, make_objection, make_review

LONG_AGO = timezone.now() - timedelta(days=800)


def clear():
    queue_job(kind="apply_retention")
    run_due_jobs()


def make_old_job(**fields):
    return Job.objects.create(kind="place_objection", state=JobState.DONE, ended_at=LONG_AGO, **fields)


def test_read_notifications_go_and_unread_ones_stay(rep):
    Notification.objects.create(to=rep, key="old", title="t", url="/", read_at=LONG_AGO)
    unread = Notification.objects.create(to=rep, key="unread", title="t", url="/")
    new = Notification.objects.create(to=rep, key="new", title="t", url="/", read_at=timezone.now())
    clear()
    assert set(Notification.objects.all()) == {unread, new}


def test_jobs_go_unless_something_refers_to_them(rep):
    make_old_job()
    build, parent = make_old_job(), make_old_job()
    Build.objects.create(job=build, by=rep)
    Import.objects.create(source="crm", job=parent)
    clear()
    assert set(Job.objects.exclude(kind="apply_retention")) == {build, parent}


def test_remarks_of_old_imports_go(rep):
    old = Import.objects.create(source="crm")
    Import.objects.filter(pk=old.pk).update(at=LONG_AGO)
    for parent in (old, Import.objects.create(source="crm")):
        ImportRemark.objects.create(parent=parent, level="noted", file="a.csv", text="odd")
    clear()
    assert [remark.parent_id != old.pk for remark in ImportRemark.objects.all()] == [True]
    assert Import.objects.filter(pk=old.pk).exists()


def test_earlier_wordings_stay_unless_a_time_is_set(rep):
    voice = make_objection("dear", author=rep)
    voice.text = "too dear"
    change_objection(objection=voice, by=rep)
    review = make_review(make_lost(owner=rep), author=rep)
    voice.history.update(history_date=LONG_AGO)
    review.history.update(history_date=LONG_AGO)
    clear()
    assert voice.history.count() == 2
    Retention.objects.create(kind="objection-wordings", months=12)
    Retention.objects.create(kind="review-wordings", months=12)
    clear()
    assert voice.history.count() == review.history.count() == 0
    voice.refresh_from_db()
    assert voice.text == "too dear"


def test_expired_sessions_go(db):
    Session.objects.create(session_key="a", session_data="x", expire_date=LONG_AGO)
    clear()
    assert not Session.objects.exists()


def test_it_removes_more_than_one_chunk(rep, monkeypatch):
    monkeypatch.setattr(retention, "CHUNK", 2)
    for key in range(5):
        Notification.objects.create(to=rep, key=str(key), title="t", url="/", read_at=LONG_AGO)
    clear()
    assert Job.objects.get(kind="apply_retention").result["notifications"] == 5


def test_it_is_queued_once_a_day(db):
    queue_daily_jobs()
    queue_daily_jobs()
    assert sorted(Job.objects.values_list("kind", flat=True)) == sorted(jobs._daily)
    Job.objects.update(queued_at=timezone.now() - timedelta(days=1))
    queue_daily_jobs()
    assert Job.objects.filter(kind="apply_retention").count() == 2


def test_an_admin_says_how_long(admin, sign_in):
    page = reverse("feedback:retention")
    kept = {"notifications": "3", "sign-ins": "", "jobs": "6", "remarks": "12"}
    assert sign_in(admin).post(page, kept).status_code == 302
    assert retention.months_kept() | {"sign-ins": None, "notifications": 3} == retention.months_kept()


@pytest.mark.parametrize("months", ["0", "-1", "many", "99999999999999999999"])
def test_nonsense_is_refused_and_kept_on_the_page(admin, sign_in, months):
    answer = sign_in(admin).post(reverse("feedback:retention"), {"notifications": months})
    assert answer.status_code == 422
    assert f'value="{months}"' in answer.content.decode()
    assert not Retention.objects.exists()


def test_clearing_now_queues_one_job(admin, sign_in):
    client = sign_in(admin)
    for _ in range(2):
        assert client.post(reverse("feedback:retention_apply")).status_code == 302
    assert Job.objects.filter(kind="apply_retention").count() == 1
