"""The bench of a meeting over everything, on its small company: each row has its figures and its floor."""

import pytest

from config.bench import meetings
from config.bench.company import make_company
from feedback.handouts.pdf import can_draw
from feedback.models import Meeting
from tests.bench.test_company import SMALL, TODAY


@pytest.mark.skipif(not can_draw(), reason="no Pango: install Debian's libpango-1.0-0 and libpangoft2-1.0-0")
def test_it_measures_each_step_beside_a_floor(db, monkeypatch):
    monkeypatch.setattr(meetings, "measure_page", lambda page: ["1.0"] * 6)  # sets up what is set up in tests
    make_company(SMALL, TODAY)
    said = []
    meetings.measure_meetings(said.append)
    rows = [line.strip("| ").split(" | ") for line in said if line.startswith("| ")]
    found = {name: cells for name, *cells in rows}
    assert {"prepared by its job", "slides", "PDF", "Markdown", "prepared, opened", "closed"} <= set(found)
    assert all(float(found[name][-1]) > 0 for name in ("slides", "PDF", "closed", "prepared, opened"))
    assert Meeting.objects.order_by("first_day").first().is_closed
