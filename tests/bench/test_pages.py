"""The pages of the bench, on its small company: each is there, and the queue is among them in all its shapes."""

import pytest
from django.test import Client

from config.bench.company import make_company
from config.bench.pages import pages
from tests.bench.test_company import SMALL, TODAY


@pytest.fixture
def company(db):
    make_company(SMALL, TODAY)


def test_every_page_answers(company):
    names = []
    for page in pages():
        client = Client()
        client.force_login(page.who)
        assert client.get(page.url).status_code == 200, page.name
        names.append(page.name)
    shapes = ("a board", "a board in lanes", "a table", "a calendar")
    assert {f"content, as {shape}" for shape in shapes} | {"themes", "the loop by month"} <= set(names)
