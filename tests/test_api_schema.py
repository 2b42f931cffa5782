"""The API keeps to its schema, whoever asks: no failure, no status the schema does not name, no other shape.

`SCHEMA_EXAMPLES=200 pytest tests/test_api_schema.py` asks each operation more often than the gate does.
"""

import os

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.api import whole_schema
from tests.factories import make_competitor, make_product
from tests.scene import make_scene
from tests.test_access import ROLES

EXAMPLES = int(os.environ.get("SCHEMA_EXAMPLES", "3"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
ASKING = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# What stands for a number in an address, so that rows are found and not only missed.
ROWS = {
    "opportunities": "owed",
    "reviews": "draft",
    "objections": "objection",
    "themes": "theme",
    "requests": "request",
    "collateral": "unpublished",
    "meetings": "closed",
    "notifications": "notification",
    "accounts": "account",
    "competitors": "competitor",
    "products": "product",
    "teams": "team",
    "people": "rep",
}


@pytest.fixture(autouse=True)
def _one_connection():
    """Requests leave the connection of the test open, as those of Django's test client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def scene(rep, other_rep, manager, marketer, leader, admin):
    scene = make_scene(rep=rep, marketer=marketer, leader=leader)
    scene.account, scene.team = scene.open.account, scene.rep.team
    scene.competitor, scene.product = make_competitor(), make_product()
    return scene


def aim(case, scene):
    """Turns the case to rows that exist: random numbers only show what is answered when there is none."""
    noun = case.path.split("/")[3]
    parts = {"comment": scene.comment.pk, "item": scene.item.pk, "join": scene.join.pk}
    for name in case.path_parameters or {}:
        known = {"slug": "win-rate", "version": 1} | parts
        row = getattr(scene, ROWS[noun]).pk if noun in ROWS else None
        case.path_parameters[name] = known.get(name) or row or 1
    if isinstance(case.body, dict):
        rows = {"opportunity": scene.open.pk, "same_as": scene.theme.pk, "product": scene.product.pk}
        codes = {"reason": "TIMING", "destination": "competitor"}
        for name, value in (rows | codes).items():
            if name in case.body:
                case.body[name] = value


def ask(case, headers):
    """One request, whose writes are taken back."""
    with transaction.atomic():
        case.call_and_validate(checks=CHECKS, headers=headers)
        transaction.set_rollback(True)


def headers_of(user):
    client = Client()
    if user is None:
        return {}
    client.force_login(user)
    token = "c" * 32
    cookies = {"sessionid": client.cookies["sessionid"].value, "csrftoken": token}
    return {"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items()), "X-CSRFToken": token}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "unfitting"])
def test_it_answers_every_role_as_its_schema_says(mode, scene, request):
    people = [request.getfixturevalue(role) for role in ROLES]
    askers = [headers_of(person) for person in (*people, None)]
    schema = schemathesis.openapi.from_dict(whole_schema())
    schema.app = get_wsgi_application()
    asked = 0
    for found in schema.get_all_operations():

        @ASKING
        @given(case=found.ok().as_strategy(generation_mode=mode))
        def asks(case):
            for headers in askers:
                ask(case, headers)
            aim(case, scene)
            for headers in askers:
                ask(case, headers)

        asks()
        asked += 1
    assert asked > 35


def test_the_schema_is_whole(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


def test_it_would_find_a_status_that_the_schema_does_not_name(scene, rep):
    """That it looks at all."""
    path, whole = "/api/v1/themes/{id}/", whole_schema()
    get = whole["paths"][path]["get"]
    lacking = get | {"responses": {"200": get["responses"]["200"]}}
    schema = schemathesis.openapi.from_dict(whole | {"paths": {path: {"get": lacking}}})
    schema.app = get_wsgi_application()
    case = schema[path]["get"].Case(path_parameters={"id": 10**6})
    with pytest.raises(FailureGroup, match="Undocumented"):
        ask(case, headers_of(rep))
