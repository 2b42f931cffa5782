import json
from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client
from django_filters import CharFilter
from drf_spectacular.generators import SchemaGenerator

from config.api import VIEWS
from feedback.actions.decisions import add_action
from feedback.actions.taxonomy import publish_taxonomy, start_draft
from feedback.actions.tokens import make_token
from feedback.models import Action, Notification, Segment
from objections.models import Usage
from tests.factories import (
    make_collateral,
    make_competitor,
    make_lost,
    make_meeting,
    make_objection,
    make_opportunity,
    make_product,
    make_request,
    make_review,
    make_team,
    make_theme,
    make_user,
    place,
)


@pytest.mark.parametrize(
    ("url", "status", "named"),
    [
        ("/api/v1/opportunities/?outcome=wun", 400, "outcome"),
        ("/api/v1/opportunities/?outcom=won", 400, "outcom"),
        ("/api/v1/opportunities/?outcome=won&outcome=lost", 400, "outcome"),
        ("/api/v1/opportunities/?owner=99999999999999999999999", 400, "owner"),
        ("/api/v1/opportunities/?q=%00", 400, "q"),
        ("/api/v1/opportunities/?cursor=nonsense", 400, "cursor"),
        ("/api/v1/opportunities/?cursor=cD1hYmM%3D", 400, "cursor"),  # p=abc
        ("/api/v1/opportunities/?page_size=0", 400, "page_size"),
        ("/api/v1/opportunities/?page_size=201", 400, "page_size"),
        ("/api/v1/opportunities/?changed_since=yesterday", 400, "changed_since"),
        ("/api/v1/opportunities/?changed_since=0001-01-01T00:00:00%2B14:00", 400, "changed_since"),
        ("/api/v1/reviews/?submitted_since=9999-12-31T23:59:59-14:00", 400, "submitted_since"),
        ("/api/v1/notifications/?since=0001-01-01T00:00:00%2B14:00", 400, "since"),
        ("/api/v1/objections/?changed_since=9999-12-31T23:59:59-14:00", 400, "changed_since"),
        ("/api/v1/opportunities/1/?fields=all", 400, "fields"),
        ("/api/v1/opportunities/99999999999999999999999/", 404, None),
        ("/api/v1/opportunities/1", 404, None),
        ("/api/v2/", 404, None),
    ],
)
def test_it_says_what_is_wrong(url, status, named, rep, sign_in):
    answer = sign_in(rep).get(url)
    body = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert {"type", "title", "status", "detail", "instance"} <= set(body)
    assert (body["status"], body["instance"]) == (status, url.split("?")[0])
    assert list(body.get("errors", {})) == ([named] if named else [])


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("{", "application/json", 400),
        ("[]", "application/json", 422),
        ('"words"', "application/json", 422),
        ('{"text": "a\\u0000b"}', "application/json", 422),
        ('{"text": "\\ud800"}', "application/json", 400),
        ('{"\\ud800": 1}', "application/json", 400),
        ('{"kind": "\\ud800"}', "application/json", 400),
        ("[" * 100_000, "application/json", 400),
        ('{"opportunity": 99999999999999999999999}', "application/json", 422),
        ('{"txt": "a"}', "application/json", 422),
        ("text=a", "application/x-www-form-urlencoded", 415),
        (json.dumps({"text": "x" * 6_000_000}), "application/json", 413),
    ],
)
def test_it_refuses_what_it_cannot_take(body, content_type, status, rep, sign_in):
    answer = sign_in(rep).post("/api/v1/objections/", body, content_type=content_type)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_it_refuses_other_methods_and_other_formats(rep, sign_in):
    client = sign_in(rep)
    deleted = client.delete("/api/v1/themes/")
    assert (deleted.status_code, deleted["Content-Type"]) == (405, "application/problem+json")
    assert "GET" in deleted["Allow"]
    assert client.get("/api/v1/themes/", headers={"Accept": "text/html"}).status_code == 406


def test_writes_of_a_browser_need_the_csrf_token(rep):
    client = Client(enforce_csrf_checks=True)
    client.force_login(rep)
    answer = client.post("/api/v1/objections/", {"text": "x"}, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")


def test_it_fails_as_a_problem_that_says_nothing_of_the_reason(rep, sign_in, monkeypatch):
    monkeypatch.setattr("feedback.api.people.MeView.retrieve", lambda *args: 1 / 0)
    client = sign_in(rep)
    client.raise_request_exception = False
    answer = client.get("/api/v1/me/")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert "zero" not in answer.content.decode()


@pytest.mark.parametrize("which", ["reading", "writing", "strangers"])
def test_it_answers_429_to_who_asks_too_often(which, rep, other_rep, client, settings):
    cache.clear()
    rates = {"reading": None, "writing": None, "strangers": None, which: "2/min"}
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates}
    keys = [
        make_token(user=user, name="t", scopes=["read", "write:objections"], days=1)[1] for user in (rep, other_rep)
    ]

    def ask(key):
        headers = {} if which == "strangers" else {"Authorization": f"Bearer {key}"}
        if which == "writing":
            return client.post("/api/v1/objections/", {}, content_type="application/json", headers=headers)
        return client.get("/api/v1/me/", headers=headers)

    usual = {"reading": 200, "writing": 422, "strangers": 401}[which]
    answers = [ask(keys[0]) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [usual, usual, 429]
    assert 0 < int(answers[2]["Retry-After"]) <= 60
    assert answers[2]["Content-Type"] == "application/problem+json"
    if which != "strangers":
        assert ask(keys[1]).status_code == usual, "others are not held up"
    cache.clear()


TEXTS = [
    (noun, name)
    for noun, (_, view) in VIEWS.items()
    for name, filter_ in (view.filterset_class.base_filters if getattr(view, "filterset_class", None) else {}).items()
    if isinstance(filter_, CharFilter) or name in ("reason", "category", "stage", "closed_from", "since", "owner")
]


@pytest.mark.parametrize(("noun", "name"), TEXTS)
@pytest.mark.parametrize("value", ["%" * 50_001, "9" * 50_001, "\0"], ids=["long", "large", "nul"])
def test_it_refuses_what_no_database_could_look_for(value, noun, name, rep, sign_in):
    answer = sign_in(rep).get(f"/api/v1/{noun}/", {name: value})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [name])
    assert len(answer.content) < 2_000, "it does not say it all back"


def test_what_a_role_may_ask_for_is_the_same_after_the_schema_was_made(rep, marketer, sign_in):
    SchemaGenerator().get_schema(request=None, public=True)
    url = "/api/v1/collateral/?state=draft"
    assert (sign_in(rep).get(url).status_code, sign_in(marketer).get(url).status_code) == (400, 200)


@pytest.mark.parametrize("noun", ["opportunities", "reviews", "objections", "themes"])
def test_a_list_costs_the_same_for_many_rows(noun, rep, leader, sign_in, django_assert_max_num_queries):
    for number in range(12):
        deal = make_lost(account=f"Account {number}", owner=rep)
        make_review(deal, author=rep)
        place(make_objection(f"no {number}", author=rep, opportunity=deal), make_theme(f"Theme {number}"))
    client = sign_in(leader)
    with django_assert_max_num_queries(14):
        answer = client.get(f"/api/v1/{noun}/")
    assert len(answer.json()["results"]) == 12


def many_rows(rep, marketer):
    for number in range(12):
        deal = make_lost(account=f"Account {number}", owner=rep, product=make_product(f"Product {number}"))
        deal.account.segments.add(Segment.objects.create(dimension="region", value=f"Region {number}"))
        theme = make_theme(f"Theme {number}")
        place(make_objection(f"no {number}", author=rep, opportunity=deal), theme)
        asked = make_request(f"Sheet {number}", by=rep, owner=marketer, themes=[theme])
        asked.opportunities.add(deal)
        sheet = make_collateral(
            f"Sheet {number}", owner=marketer, themes=[theme], request=asked, competitor=make_competitor(f"C{number}")
        )
        Usage.objects.create(collateral=sheet, opportunity=deal, by=rep)
        meeting = make_meeting(date(2025, number + 1, 1), by=marketer, facilitator=make_user(f"Fay {number}"))
        add_action(meeting=meeting, action=Action(text="Call", owner=rep, due_on=deal.closed_on), by=marketer)
        Notification.objects.create(to=marketer, key=f"k{number}", title="Live", url="/")
        make_team(f"Team {number}")


@pytest.mark.parametrize(
    ("noun", "queries"),
    [
        ("requests", 6),
        ("collateral", 7),
        ("meetings", 5),
        ("notifications", 4),
        ("accounts", 4),
        ("competitors", 4),
        ("products", 4),
        ("segments", 4),
        ("teams", 4),
        ("people", 4),
        ("definitions", 4),
    ],
)
def test_every_other_list_does_so_too(noun, queries, rep, marketer, sign_in, django_assert_max_num_queries):
    many_rows(rep, marketer)
    client = sign_in(marketer)
    with django_assert_max_num_queries(queries):
        answer = client.get(f"/api/v1/{noun}/")
    assert len(answer.json()["results"]) >= (2 if noun == "people" else 5 if noun == "definitions" else 12)


def test_versions_of_the_taxonomy_cost_the_same_each(leader, sign_in, django_assert_max_num_queries):
    for _ in range(3):
        publish_taxonomy(draft=start_draft(by=leader), by=leader)
    client = sign_in(leader)
    with django_assert_max_num_queries(7):
        answer = client.get("/api/v1/taxonomies/")
    assert [row["version"] for row in answer.json()["results"]] == [4, 3, 2, 1]


def test_pages_hold_every_row_once_while_rows_are_added(rep, sign_in):
    made = [make_opportunity(owner=rep).pk for _ in range(5)]
    client, url, seen = sign_in(rep), "/api/v1/opportunities/?page_size=2", []
    while url:
        page = client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        make_opportunity(owner=rep)  # newer than the first page: it is not asked for any more
        url = page["next"]
    assert seen == sorted(made, reverse=True)
