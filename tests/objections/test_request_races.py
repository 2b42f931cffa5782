"""Two people at one queue."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from objections.actions.content import move_request
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
