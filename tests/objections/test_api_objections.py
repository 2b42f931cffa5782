from uuid import uuid4

import pytest

from objections.models import Objection
from tests.factories import make_collateral, make_objection, make_opportunity, make_theme, place

URL = "/api/v1/objections/"


def post(client, **body):
    return client.post(URL, body, content_type="application/json")


def test_it_logs_as_the_page_does(rep, sign_in):
    deal = make_opportunity(owner=rep, stage="Proposal")
    answer = post(sign_in(rep), text="too dear", opportunity=deal.pk, weight="blocker", competitor_name="Stacklane")
    row = answer.json()
    assert answer.status_code == 201
    assert (row["stage"], row["heard_while_open"], row["competitor"]["name"]) == ("Proposal", True, "Stacklane")
    assert Objection.objects.get().author == rep


def test_a_retry_makes_no_second_row(rep, other_rep, sign_in):
    client_id = str(uuid4())
    first, again = (post(sign_in(rep), text="too dear", client_id=client_id) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert post(sign_in(other_rep), text="mine", client_id=client_id).status_code == 201, "ids are each person's own"
    assert Objection.objects.count() == 2


def test_a_retry_is_answered_whatever_became_of_its_theme(rep, sign_in):
    theme = make_theme()
    place(make_objection(author=rep), theme)
    client_id = str(uuid4())
    assert post(sign_in(rep), same_as=theme.pk, client_id=client_id).status_code == 201
    theme.state = "retired"
    theme.save()
    assert post(sign_in(rep), same_as=theme.pk, client_id=client_id).status_code == 200
    assert post(sign_in(rep), same_as=theme.pk, client_id=str(uuid4())).status_code == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"text": "x", "opportunity": 999999}, "opportunity"),
        ({"text": "x", "heard_on": "2999-01-01"}, "heard_on"),
        ({"text": "x", "heard_on": "0001-01-01"}, "heard_on"),
        ({"text": "x", "weight": "heavy"}, "weight"),
        ({"text": "x", "client_id": "1"}, "client_id"),
        ({"text": "x", "same_as": 999999}, "same_as"),
    ],
)
def test_it_refuses_what_the_page_refuses(body, field, rep, sign_in):
    answer = post(sign_in(rep), **body)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert not Objection.objects.exists()


def test_a_number_that_is_no_deal_is_not_taken_for_a_name(rep, sign_in):
    make_opportunity("Order #999999", owner=rep)
    assert post(sign_in(rep), text="x", opportunity=999999).status_code == 422


@pytest.mark.parametrize(
    ("who", "named"), [("rep", True), ("manager", True), ("other_rep", False), ("marketer", False), ("leader", True)]
)
def test_it_names_who_logged_it_to_whom_the_page_does(who, named, rep, request, sign_in):
    objection = make_objection(author=rep)
    row = sign_in(request.getfixturevalue(who)).get(f"{URL}{objection.pk}/").json()
    assert (row["author"] is not None) is named
    assert named or "Rita" not in str(row)


def test_it_shows_drafts_of_collateral_to_those_who_publish_only(rep, marketer, sign_in):
    make_collateral("Secret draft", owner=marketer, published=False)
    refused = sign_in(rep).get("/api/v1/collateral/?state=draft")
    assert refused.status_code == 400
    assert sign_in(rep).get("/api/v1/collateral/?state=all").json()["results"] == []
    assert len(sign_in(marketer).get("/api/v1/collateral/?state=draft").json()["results"]) == 1
