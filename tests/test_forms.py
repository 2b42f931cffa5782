"""What holds for every form: a number no row can have, a day that cannot be meant, and labels people can read."""

import pytest
from django.urls import reverse

from tests.standing import *  # noqa: F403  its people and scene, by their usual names
from tests.test_access import PAGES, address

NO_ROW = "99999999999999999999"


FORMS = [
    ("objections:request_create", {"themes": NO_ROW, "title": "x", "type": "article"}),
    ("objections:request_create", {"themes": "x", "title": "x", "type": "article", "deal": NO_ROW}),
    ("objections:join_create", {"deal": f"#{NO_ROW}"}),
    ("objections:comment_create", {"text": ""}),
    ("objections:item_create", {"text": "x" * 300}),
    ("objections:request_edit", {"themes": NO_ROW, "deals": NO_ROW}),
    ("objections:collateral_create", {"themes": NO_ROW}),
    ("objections:collateral_edit", {"themes": NO_ROW}),
    ("objections:theme_split", {"objections": NO_ROW, "name": "x"}),
    ("objections:theme_merge", {"into": NO_ROW}),
    ("objections:objection_place", {"theme": NO_ROW}),
    ("objections:objection_create", {"same_as": NO_ROW, "heard_on": "0001-01-01", "deal": f"#{NO_ROW}"}),
    ("objections:collateral_use", {"opportunity": NO_ROW}),
    ("feedback:review_answer", {"would_have_changed": "x" * 3000}),
    ("feedback:opportunity_create", {"name": "x", "owner": NO_ROW}),
    ("feedback:opportunity_create", {"name": "x", "created_on": "0001-01-01"}),
    ("feedback:opportunity_create", {"name": "x", "outcome": "lost", "closed_on": "2199-01-01"}),
    ("feedback:opportunity_reassign", {"to": NO_ROW}),
    ("feedback:meeting_create", {"month": "0001-01"}),
    ("feedback:meeting_edit", {"held_on": "0001-01-01"}),
    ("feedback:action_create", {"text": "x", "due_on": "9999-12-31", "owner": NO_ROW}),
    ("feedback:decision_create", {"text": "x", "due_on": "0001-01-01"}),
]


@pytest.mark.parametrize(("name", "answers"), FORMS, ids=lambda value: value if isinstance(value, str) else "")
def test_it_refuses_what_cannot_be_and_never_breaks(name, answers, scene, admin, sign_in):
    needs, _, _ = PAGES[name]
    page = sign_in(admin).post(address(name, scene, needs), answers)
    assert page.status_code == 422


def test_the_reason_refuses_a_row_that_cannot_be(scene, admin, sign_in):
    url = reverse("feedback:review_answer", args=[scene.owed.pk, "reason"])
    assert sign_in(admin).post(url, {"contributing": NO_ROW}).status_code == 422


@pytest.mark.parametrize(
    "name",
    [name for name in sorted(PAGES) if name.endswith("_list") or name in ("feedback:review_owed", "feedback:home")],
)
@pytest.mark.parametrize("query", ["", "?page=-1", "?page=abc", f"?page={NO_ROW}", f"?theme={NO_ROW}&owner=x&sort=x"])
def test_every_list_bears_any_query_and_names_its_filters(name, query, scene, admin, sign_in):
    needs, _, _ = PAGES[name]
    page = sign_in(admin).get(address(name, scene, needs) + query)
    assert page.status_code == 200
    assert b"[invalid name]" not in page.content


@pytest.mark.parametrize("path", [f"/deals/{NO_ROW}/", f"/themes/{NO_ROW}/", f"/content/{NO_ROW}/", "/deals/0/"])
def test_an_address_no_row_can_have_is_not_found(path, company, admin, sign_in):
    assert sign_in(admin).get(path).status_code == 404
