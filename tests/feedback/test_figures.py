import pytest
from django.core.cache import cache

from feedback import figures
from feedback.figures import forget_figures, kept


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Two rows are many."""
    monkeypatch.setattr(figures, "EXACT", 1)
    cache.clear()
    yield
    cache.clear()


def test_it_keeps_a_figure_over_many_rows_and_says_since_when():
    first = kept("lost", lambda: 2, stands_on=lambda found: found)
    second = kept("lost", lambda: 3, stands_on=lambda found: found)

    assert (first.value, first.at) == (2, None)
    assert second.value == 2
    assert second.at


def test_it_works_out_a_figure_over_few_rows_every_time():
    assert [kept("lost", lambda n=n: n, stands_on=lambda _: 1).value for n in (2, 3)] == [2, 3]


def test_it_keeps_figures_of_different_things_apart():
    kept("lost", lambda: 2, stands_on=lambda found: found)
    assert kept("won", lambda: 5, stands_on=lambda found: found).value == 5


def test_it_forgets_when_the_transaction_is_through(db, django_capture_on_commit_callbacks):
    kept("lost", lambda: 2, stands_on=lambda found: found)
    with django_capture_on_commit_callbacks(execute=True):
        forget_figures()
        assert kept("lost", lambda: 3, stands_on=lambda found: found).value == 2
    assert kept("lost", lambda: 3, stands_on=lambda found: found).value == 3


def test_a_figure_that_is_nothing_is_kept_too():
    assert kept("none", list, stands_on=lambda _: 2).value == []
    assert kept("none", lambda: [1], stands_on=lambda _: 2).value == []
