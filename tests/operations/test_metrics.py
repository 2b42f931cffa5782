"""/metrics: closed without its token; figures without customer text at a bounded cost."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from config.models import Heartbeat
from config.monitoring.figures import REQUESTS
from feedback.models import Job
from tests.factories import make_lost, make_objection, make_theme, place

TOKEN = "a-token-of-the-monitoring"


@pytest.fixture
def scrape(settings, client):
    settings.METRICS_TOKEN = TOKEN

    def figures():
        """(name, labels) → value of every sample."""
        answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        text = answer.content.decode()
        families = text_string_to_metric_families(text)
        found = {(s.name, *sorted(s.labels.items())): s.value for f in families for s in f.samples}
        return found, text

    return figures


@pytest.mark.parametrize(
    "given", [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic x", f"bearer{TOKEN}", "Bearer ä"]
)
def test_it_does_not_exist_without_its_token(given, settings, client, db):
    settings.METRICS_TOKEN = TOKEN
    headers = {} if given is None else {"authorization": given}
    assert client.get("/metrics", headers=headers).status_code == 404


@pytest.mark.parametrize("given", [None, "Bearer ", "Bearer None"])
def test_it_is_closed_while_no_token_is_set(given, settings, client, db):
    settings.METRICS_TOKEN = ""
    headers = {} if given is None else {"authorization": given}
    assert client.get("/metrics", headers=headers).status_code == 404


def test_it_gives_the_figures_of_the_database(rep, scrape):
    deal = make_lost("Palletry pilot", owner=rep)
    make_objection("far too dear", author=rep)
    place(make_objection("dear", author=rep, opportunity=deal), make_theme())
    Job.objects.create(kind="k")
    Job.objects.create(kind="k", state="done")
    Job.objects.update(queued_at=timezone.now() - timedelta(minutes=3))
    Heartbeat.objects.create(worker="celery@here", at=timezone.now() - timedelta(seconds=20))
    found, text = scrape()
    assert found[("closed_loop_database_up",)] == 1
    assert found[("closed_loop_database_bytes",)] > 10_000
    states = {
        state: found[("closed_loop_jobs", ("state", state))] for state in ("waiting", "running", "done", "failed")
    }
    assert states == {"waiting": 1, "running": 0, "done": 1, "failed": 0}
    assert 180 <= found[("closed_loop_jobs_oldest_due_seconds",)] < 240
    assert found[("closed_loop_reviews_owed",)] == 1
    assert found[("closed_loop_objections",)] == 2
    assert found[("closed_loop_placements", ("by", "model"))] == 1
    assert found[("closed_loop_placements", ("by", "person"))] == 0
    assert 20 <= found[("closed_loop_worker_heartbeat_age_seconds",)] < 60
    assert found[("closed_loop_workers",)] == 1
    assert not [word for word in ("dear", "Palletry", rep.name, rep.email, "celery@here") if word in text]


def test_it_counts_requests_by_view_and_status_and_never_by_path(rep, sign_in, scrape):
    REQUESTS.clear()
    browser = sign_in(rep)
    browser.get("/objections/?q=far+too+dear")
    browser.get("/no/such/far-too-dear/")
    found, text = scrape()
    list_ = (("method", "GET"), ("status", "200"), ("view", "objections:objection_list"))
    nowhere = (("method", "GET"), ("status", "404"), ("view", "none"))
    assert found[("closed_loop_request_seconds_count", *list_)] == 1
    assert found[("closed_loop_request_seconds_count", *nowhere)] == 1
    assert found[("closed_loop_request_seconds_sum", *list_)] > 0
    assert "dear" not in text


def test_it_answers_while_the_database_is_away(scrape, db, monkeypatch):
    def away(*args):
        raise OperationalError("away")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        found, _ = scrape()
    assert found[("closed_loop_database_up",)] == 0
    assert ("closed_loop_objections",) not in found


def test_asking_often_costs_the_database_nothing(scrape, db, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        scrape()
    with django_assert_max_num_queries(0):
        scrape()
