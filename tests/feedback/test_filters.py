"""What holds for the filter of every list: a value there is not shows nothing and says why, on the page and to htmx."""

import pytest
from django.urls import reverse

from feedback.filters import GONE
from tests.standing import *  # noqa: F403  its people and scene, by their usual names

BAD = [
    ("feedback:opportunity_list", {"closed_from": "yesterday"}, "Closed from: Enter a valid date."),
    ("feedback:opportunity_list", {"closed_to": "0001-01-01"}, "Closed to: This is not a possible date."),
    ("feedback:opportunity_list", {"team": "999999"}, f"Team: {GONE}"),
    ("feedback:opportunity_list", {"owner": "99999999999999999999"}, f"Owner: {GONE}"),
    ("feedback:opportunity_list", {"outcome": "banana"}, f"Outcome: {GONE}"),
    ("feedback:opportunity_list", {"q": "x\0"}, "Search: Null characters are not allowed."),
    (
        "feedback:opportunity_list",
        {"q": "x" * 201},
        "Search: Ensure this value has at most 200 characters",
    ),
    ("feedback:person_list", {"q": "x" * 60_000}, "Search: Ensure this value has at most 200 characters"),
    ("feedback:person_list", {"team": "999999"}, f"Team: {GONE}"),
    ("feedback:review_list", {"reason": "999999"}, f"Reason: {GONE}"),
    ("feedback:review_list", {"closed_from": "31.31.2026"}, "Closed from: Enter a valid date."),
    (
        "feedback:opportunity_list",
        {"closed_from": "2026-12-01", "closed_to": "2026-01-01"},
        "Closed to: This is before the first day. Give a later one.",
    ),
    ("objections:objection_list", {"heard_to": "soon"}, "Heard to: Enter a valid date."),
    ("objections:objection_list", {"theme": "x"}, f"Theme: {GONE}"),
    ("objections:theme_list", {"state": "lost"}, f"State: {GONE}"),
    ("objections:request_list", {"owner": "999999"}, f"Owner: {GONE}"),
    ("objections:request_list", {"owner": "999999", "view": "table"}, f"Owner: {GONE}"),
    ("objections:collateral_list", {"theme": "999999"}, f"Theme: {GONE}"),
]


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "htmx"])
@pytest.mark.parametrize(("name", "query", "words"), BAD, ids=lambda value: value if isinstance(value, str) else "")
def test_a_value_there_is_not_shows_nothing_and_says_why(name, query, words, headers, scene, admin, sign_in):
    client = sign_in(admin)
    assert "Nothing is shown" not in client.get(reverse(name), headers=headers).content.decode()
    answer = client.get(reverse(name), query, headers=headers)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Nothing is shown" in page
    assert words in page
    assert "row-link" not in page


def test_the_error_stands_beside_its_field_and_what_was_typed_stays(rep, sign_in):
    page = sign_in(rep).get(reverse("feedback:opportunity_list"), {"closed_from": "2026-02-31"}).content.decode()
    field = page[page.index('class="field field-day"') :]
    assert "Enter a valid date." in field[: field.index("</div>", field.index("field-error"))]
    assert 'type="date" name="closed_from" value="2026-02-31"' in page
    assert '<details class="filter" open>' in page


@pytest.mark.parametrize("name", ["feedback:opportunity_list", "feedback:review_list", "objections:objection_list"])
def test_days_are_picked_in_a_real_date_field(name, rep, sign_in):
    assert sign_in(rep).get(reverse(name)).content.count(b'type="date"') == 2


IMPOSSIBLE = [
    ("objections:objection_deals", {"deal": "x" * 60_000}),
    ("objections:objection_deals", {"deal": "x\0y"}),
    ("objections:objection_create", {"deal": "9" * 5000}),
    ("objections:collateral_create", {"request": "9" * 5000}),
    ("feedback:audit_list", {"before": "0001-01-01T00:00:00+14:00~person~1"}),
    ("feedback:audit_list", {"before": "9999-12-31T23:59:59-14:00~person~1"}),
]


@pytest.mark.parametrize(("name", "query"), IMPOSSIBLE, ids=range(len(IMPOSSIBLE)))
def test_what_no_database_can_look_for_is_not_looked_for(name, query, scene, admin, sign_in):
    assert sign_in(admin).get(reverse(name), query).status_code == 200


@pytest.mark.parametrize("words", ["x" * 60_000, "x\0y"], ids=["long", "null"])
def test_nor_are_deals_of_a_meeting(words, scene, leader, sign_in):
    url = reverse("feedback:meeting_deals", args=[scene.meeting.pk])
    assert sign_in(leader).get(url, {"q": words}).status_code == 200


def test_a_reason_of_a_number_no_row_has_is_refused(scene, rep, sign_in):
    url = reverse("feedback:review_answer", args=[scene.owed.pk, "reason"])
    assert sign_in(rep).post(url, {"reason": "9" * 5000}).status_code == 422
