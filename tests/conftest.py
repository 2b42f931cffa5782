import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tests.factories import seed_anew

pytest_plugins = ["tests.cast"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """The crawl first: it takes minutes, which one worker would be left alone with at the end."""
    items.sort(key=lambda item: item.path.name != "test_crawl.py")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The tables come from the models (`--no-migrations`), which takes a tenth of the time that migrating does; that
    both give the same is for `test_upgrade`. From here on it is a portal that has migrated, as any other.
    """
    settings.MIGRATION_MODULES = {}
    with django_db_blocker.unblock():
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        for app, name in MigrationLoader(connection).graph.nodes:
            recorder.record_applied(app, name)


@pytest.fixture
def _seeded(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        seed_anew()


@pytest.fixture
def _django_db_helper(_seeded, _django_db_helper):
    """Seeded before the test's own transaction begins: else each test does it anew, which takes most of its time."""
