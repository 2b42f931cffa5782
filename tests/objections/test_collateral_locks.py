"""Whoever holds a request and its collateral holds the request first, so that no two wait for each other."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from objections.actions.collateral import (
    publish_collateral,
    restore_publication,
    retire_collateral,
    undo_publication,
)
from objections.actions.content import move_request
from objections.models import Collateral, ContentRequest
from tests.factories import make_collateral, make_request

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")

REQUEST, PIECE = ContentRequest._meta.db_table, Collateral._meta.db_table


def held(act):
    """The tables whose rows it holds, in the order in which it first asked for them."""
    with CaptureQueriesContext(connection) as made:
        act()
    statements = [query["sql"] for query in made if query["sql"].endswith("FOR UPDATE")]
    return list(dict.fromkeys(sql.split(' FROM "')[1].split('"')[0] for sql in statements))


@pytest.fixture
def piece(marketer):
    row = make_request(by=marketer, owner=marketer, state="approved", due_on=date(2030, 1, 1))
    return make_collateral(owner=marketer, request=row, published=False)


def test_publishing_holds_the_request_before_the_piece_and_so_does_its_undo(piece, marketer):
    def publish():
        publish_collateral(collateral=piece, version=piece.versions.get(), by=marketer)

    def undo():
        undo_publication(collateral=piece, publication=piece.publications.get().pk, by=marketer)

    assert held(publish) == held(undo) == [REQUEST, PIECE]


def test_moving_the_request_holds_them_in_the_same_order(piece, marketer):
    assert held(lambda: move_request(request=piece.request, to="published", by=marketer)) == [REQUEST, PIECE]


def test_retiring_and_restoring_wait_for_whoever_publishes(piece, marketer):
    published = publish_collateral(collateral=piece, version=piece.versions.get(), by=marketer)
    assert PIECE in held(lambda: retire_collateral(collateral=piece, by=marketer))
    assert PIECE in held(lambda: restore_publication(collateral=piece, publication=published.pk, by=marketer))
