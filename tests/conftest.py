import pytest

pytest_plugins = ["tests.cast"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """The crawl first: it takes minutes, which one worker would be left alone with at the end."""
    items.sort(key=lambda item: item.path.name != "test_crawl.py")
