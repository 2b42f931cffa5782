"""An admin deletes or edits a webhook while somebody's deed announces an event, or a worker writes down an answer."""

import pytest
from django.db import connection

from feedback.actions.endpoints import change_endpoint, delete_endpoint
from feedback.actions.webhooks import announce, take_answer
from feedback.models import Attempt, Delivery, Endpoint
from feedback.webhooks.sending import Answer
from tests.factories import make_webhook
from tests.objections.test_theme_races import while_open

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite lets one transaction write at a time: races not tried"
    ),
]


@pytest.fixture
def endpoint(admin):
    return make_webhook(by=admin)


def tell():
    return announce(event="request.declined", key="k", said=lambda: {"words": "Declined", "path": "/", "data": {}})


def test_a_deed_that_announces_stands_though_the_endpoint_is_deleted_meanwhile(endpoint, admin):
    while_open(tell, lambda: delete_endpoint(endpoint=Endpoint.objects.get(), by=admin))
    assert not Endpoint.objects.exists()
    assert not Delivery.objects.exists()


def test_nothing_is_written_down_for_one_that_is_just_being_deleted(endpoint, admin):
    assert while_open(lambda: delete_endpoint(endpoint=endpoint, by=admin), tell) == 0
    assert not Delivery.objects.exists()


def test_an_answer_for_one_that_is_just_being_deleted_is_let_go(endpoint, admin):
    tell()
    delivery = Delivery.objects.get()
    answer = Answer(500, 1, "no")
    while_open(
        lambda: delete_endpoint(endpoint=endpoint, by=admin), lambda: take_answer(delivery=delivery, answer=answer)
    )
    assert not Attempt.objects.exists()


def test_an_edit_waits_for_the_answer_and_keeps_what_it_wrote(endpoint, admin):
    tell()
    delivery, old = Delivery.objects.get(), Endpoint.objects.get()
    old.name = "Renamed"
    while_open(
        lambda: take_answer(delivery=delivery, answer=Answer(500, 1, "no")),
        lambda: change_endpoint(endpoint=old, url="", by=admin),
    )
    now = Endpoint.objects.get()
    assert now.name == "Renamed"
    assert now.failing_since
