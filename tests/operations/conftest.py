import pytest

from config.monitoring import figures, readiness


@pytest.fixture(autouse=True)
def _asked_anew():
    """What the probes remember for seconds is of this test alone."""
    for remembered in (readiness.checks, figures.rows):
        remembered.forget()
    yield
    for remembered in (readiness.checks, figures.rows):
        remembered.forget()
