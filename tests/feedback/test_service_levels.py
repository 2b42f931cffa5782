from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.business_days import add_business_days
from feedback.models import Company, Opportunity
from objections.actions.content import request_content, triage_request
from tests.factories import make_lost, make_theme

URL = reverse("feedback:service_levels")
DEFAULTS = {"review_days": 5, "triage_days": 2, "small_days": 3, "standard_days": 7, "set_days": 15}


@pytest.fixture
def admins(admin, sign_in):
    return sign_in(admin)


def test_a_new_portal_has_the_defaults_of_the_product(company):
    assert {name: getattr(company, name) for name in DEFAULTS} == DEFAULTS


def test_a_new_level_holds_for_owed_reviews_at_once(admins, company):
    deal = make_lost("Racks", closed_on=date(2026, 3, 2))
    assert deal.review_due_on == date(2026, 3, 9)
    assert admins.post(URL, DEFAULTS | {"review_days": 2}).url == URL
    assert deal.review_due_on == date(2026, 3, 4)
    assert list(Opportunity.objects.lost().overdue(date(2026, 3, 5))) == [deal]


@pytest.mark.parametrize(("size", "days"), [("small", 1), ("standard", 4), ("set", 30)])
def test_a_new_level_holds_for_what_is_triaged_from_now_on(size, days, admins, marketer, company):
    before = request_content(themes=[make_theme("A")], title="A", type="battlecard", by=marketer, owner=marketer)
    due = before.due_on
    admins.post(URL, DEFAULTS | {f"{size}_days": days})
    request = request_content(themes=[make_theme("B")], title="B", type="battlecard", by=marketer)
    triage_request(request=request, by=marketer, owner=marketer, size=size)
    before.refresh_from_db()
    assert request.due_on == add_business_days(timezone.localdate(), days)
    assert before.due_on == due


def test_a_new_level_holds_for_the_next_triage(admins, rep):
    admins.post(URL, DEFAULTS | {"triage_days": 4})
    request = request_content(themes=[make_theme("B")], title="B", type="battlecard", by=rep)
    assert request.due_on == add_business_days(timezone.localdate(), 4)


def test_forms_say_how_long_each_size_is_given(admins, marketer, sign_in):
    admins.post(URL, DEFAULTS | {"set_days": 20})
    page = sign_in(marketer).get(reverse("objections:request_create"))
    assert "Set (20 days)" in page.content.decode()


@pytest.mark.parametrize("days", ["0", "-1", "91", "", "x", "1e9"])
def test_a_number_that_makes_no_sense_is_refused(days, admins):
    page = admins.post(URL, DEFAULTS | {"review_days": days})
    assert page.status_code == 422
    assert Company.current().review_days == 5


def test_a_change_is_in_the_audit(admins, admin):
    admins.post(URL, DEFAULTS | {"review_days": 8})
    entry = admins.get(reverse("feedback:audit_list"), {"kind": "company"}).context["entries"][0]
    assert entry.by == admin
    assert [(c.before, c.after) for c in entry.changes] == [("5", "8")]
