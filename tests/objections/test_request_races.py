"""Two people at one queue."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from objections.actions.content import move_request
from objections.actions.routings import route_theme
from objections.workflow import MoveRefused
from tests.factories import make_request, make_theme


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one transaction write at a time")
@pytest.mark.django_db(transaction=True)
def test_of_two_requests_merged_into_each_other_at_once_one_stays(marketer):
    theme = make_theme()
    for number in range(10):
        pair = [make_request(f"{number} {name}", by=marketer, themes=[theme]) for name in ("one", "two")]
        together = Barrier(2)

        def merge(request, into, together=together):
            try:
                together.wait(10)
                move_request(request=request, to="merged", by=marketer, why="the same", into=into)
                return "merged"
            except MoveRefused:
                return "refused"
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            ended = list(pool.map(merge, pair, reversed(pair)))
        assert sorted(ended) == ["merged", "refused"]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one transaction write at a time")
@pytest.mark.django_db(transaction=True)
def test_a_request_that_leaves_the_queue_while_its_theme_is_routed_does_not_go_along(marketer):
    theme = make_theme()
    leaving, staying = (make_request(name, by=marketer, themes=[theme]) for name in ("Leaving", "Staying"))

    def route():
        try:
            return route_theme(theme=theme, to="legal", why="x", by=marketer)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            move_request(request=leaving, to="declined", why="No", by=marketer)
            routed = pool.submit(route)
            while not routed.done() and not _somebody_waits():
                pass
        routing = routed.result()
    assert [move.request for move in routing.moves.all()] == [staying]
    leaving.refresh_from_db()
    assert leaving.state == "declined"


def _somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0]
