"""Every address of the API × every role, as `test_access` has it for pages."""

import pytest
from django.urls import get_resolver

from tests.standing import *  # noqa: F403  its people and scene, by their usual names
from tests.test_access import ALL, CURATORS, OWN, ROLES, address, answer_of, names

LISTS = ["opportunity", "review", "objection", "theme", "request", "collateral", "meeting", "notification"]
LISTS += ["taxonomy", "definition", "account", "competitor", "product", "segment", "team", "person"]

# name: (the rows its address needs, method, who is let in, what it answers those)
API = {
    **{f"api:{noun}-list": ({}, "get", ALL, 200) for noun in LISTS},
    "api:opportunity-detail": ({"pk": "owed"}, "get", ALL, 200),
    "api:review-detail": ({"pk": "draft"}, "get", "y4y44y", 200),
    "api:objection-detail": ({"pk": "withdrawn"}, "get", "y4444y", 200),
    "api:theme-detail": ({"pk": "theme"}, "get", ALL, 200),
    "api:theme-triage": ({}, "get", ALL, 200),
    "api:request-detail": ({"pk": "request"}, "get", ALL, 200),
    "api:collateral-detail": ({"pk": "unpublished"}, "get", "444yyy", 200),
    "api:meeting-detail": ({"pk": "meeting"}, "get", "444yyy", 200),
    "api:notification-detail": ({"pk": "notification"}, "get", "y44444", 200),
    "api:taxonomy-detail": ({"version": "=1"}, "get", ALL, 200),
    "api:definition-detail": ({"slug": "=win-rate"}, "get", ALL, 200),
    "api:account-detail": ({"pk": "account"}, "get", ALL, 200),
    "api:competitor-detail": ({"pk": "competitor"}, "get", ALL, 200),
    "api:product-detail": ({"pk": "product"}, "get", ALL, 200),
    "api:segment-detail": ({"pk": "segment"}, "get", ALL, 200),
    "api:team-detail": ({"pk": "team"}, "get", ALL, 200),
    "api:person-detail": ({"pk": "rep"}, "get", ALL, 200),
    "api:answer-destination": ({"pk": "owed"}, "put", OWN, 422),  # asked without a body
    "api:answer-reason": ({"pk": "owed"}, "put", OWN, 422),
    "api:answer-change": ({"pk": "owed"}, "put", OWN, 422),
    "api:answer-won": ({"pk": "won"}, "put", OWN, 422),
    "api:submission": ({"pk": "owed"}, "post", OWN, 422),
    "api:move": ({"pk": "request"}, "post", "333yyy", 415),  # posted without JSON
    "api:brief": ({"pk": "request"}, "put", "333yyy", 422),
    "api:sign-off": ({"pk": "reviewed_request"}, "post", "y33333", 415),
    "api:join": ({"pk": "request"}, "post", ALL, 415),
    "api:join-leave": ({"pk": "request", "join": "join"}, "delete", "y44444", 204),
    "api:comment": ({"pk": "request"}, "post", ALL, 415),
    "api:comment-edit": ({"pk": "request", "comment": "comment"}, "put", "y33333", 422),
    "api:checklist": ({"pk": "request"}, "post", "333yyy", 415),
    "api:checklist-item": ({"pk": "request", "item": "item"}, "put", "333yyy", 422),
    "api:collateral-usages": ({"pk": "collateral"}, "post", "yyy3yy", 415),  # asked without JSON
    "api:collateral-share-links": ({"pk": "collateral"}, "post", ALL, 415),
    "api:version-create": ({"pk": "collateral"}, "post", CURATORS, 422),
    "api:me": ({}, "get", ALL, 200),
    "api:schema": ({}, "get", ALL, 200),
}
NOT_HERE = {"api:docs", "api:nothing"}  # a page, and what is no address


@pytest.fixture
def named(scene):
    from tests.factories import make_competitor, make_product, make_won

    scene.won = make_won("Won", owner=scene.rep)
    scene.account, scene.team = scene.open.account, scene.rep.team
    scene.competitor, scene.product = make_competitor(), make_product()
    return scene


def test_every_address_of_the_api_has_a_row_here():
    assert {name for name in names() if name.startswith("api:")} == set(API) | NOT_HERE


@pytest.mark.parametrize("name", sorted(API))
def test_it_lets_in_by_role(name, named, request, sign_in):
    needs, method, let_in, status = API[name]
    url = address(name, named, needs)
    letters = {status: "y", 403: "3", 404: "4"}
    got = {}
    for role in ROLES:
        answered = answer_of(sign_in(request.getfixturevalue(role)), method, url)
        got[role] = letters.get(answered, str(answered))
    assert got == dict(zip(ROLES, let_in, strict=True))


@pytest.mark.parametrize("name", [*sorted(API), "api:nothing"])
def test_strangers_are_told_how_to_sign_in(name, named, sign_in):
    url = address(name, named, API[name][0]) if name in API else "/api/v1/nowhere/"
    for method in ("get", "post", "put", "patch", "delete"):
        answer = getattr(sign_in(None), method)(url)
        assert answer.status_code == 401, method
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["status"] == 401


@pytest.mark.parametrize("role", ROLES)
def test_everybody_logs_objections(role, request, company, sign_in):
    client = sign_in(request.getfixturevalue(role))
    assert client.post("/api/v1/objections/", {"text": "x"}, content_type="application/json").status_code == 201


def test_no_view_of_the_api_opens_itself(db):
    """A view that sets its own permissions would slip past the settings."""
    from rest_framework.settings import api_settings

    def views(resolver):
        for pattern in resolver.url_patterns:
            if hasattr(pattern, "url_patterns"):
                yield from views(pattern)
            else:
                yield getattr(pattern.callback, "cls", None)

    for view in filter(None, views(get_resolver())):
        if view.__module__.startswith(("feedback", "objections", "config")):
            assert view.permission_classes == api_settings.DEFAULT_PERMISSION_CLASSES, view
            assert view.authentication_classes == api_settings.DEFAULT_AUTHENTICATION_CLASSES, view
