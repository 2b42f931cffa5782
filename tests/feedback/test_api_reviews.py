import pytest

from feedback.models import Review
from tests.factories import make_lost, make_opportunity, make_review, make_won

JSON = {"content_type": "application/json"}


def url(deal, question):
    return f"/api/v1/opportunities/{deal.pk}/review/{question}/"


@pytest.mark.parametrize(
    ("who", "named"),
    [("rep", True), ("manager", True), ("other_rep", False), ("marketer", False), ("leader", True), ("admin", True)],
)
def test_it_names_the_author_to_whom_the_page_does(who, named, rep, request, sign_in):
    review = make_review(make_lost(owner=None), author=rep)
    client = sign_in(request.getfixturevalue(who))
    for row in (
        client.get(f"/api/v1/reviews/{review.pk}/").json(),
        client.get("/api/v1/reviews/").json()["results"][0],
    ):
        assert (row["author"] == {"id": rep.pk, "name": "Rita Rep"}) is named
        assert named or "Rita" not in str(row)


def test_it_writes_each_question_by_itself_and_hands_in(rep, sign_in):
    deal, client = make_lost(owner=rep), sign_in(rep)
    client.put(url(deal, "destination"), {"destination": "competitor", "competitor_name": "Stacklane"}, **JSON)
    client.put(url(deal, "reason"), {"reason": "TRUST", "contributing": ["PRICE"], "evidence": "said"}, **JSON)
    answer = client.put(url(deal, "change"), {"would_have_changed": "A SOC 2 report"}, **JSON).json()
    assert (answer["state"], answer["competitor"]["name"], answer["reason"]["code"]) == ("draft", "Stacklane", "TRUST")
    assert [reason["code"] for reason in answer["contributing"]] == ["PRICE"]
    assert answer["would_have_changed"] == "A SOC 2 report"
    assert client.post(url(deal, "submission")).json()["state"] == "submitted"
    assert Review.objects.get().author == rep


@pytest.mark.parametrize(
    ("question", "body", "field"),
    [
        ("reason", {"reason": "NONSENSE"}, "reason"),
        ("reason", {"reason": "PRICE", "contributing": ["BUDGET", "TRUST", "TERMS"]}, "contributing"),
        ("reason", {"reason": "TIMING", "reengage_on": "2020-01"}, "reengage_on"),
        ("reason", {"reason": "TIMING", "reengage_on": "soon"}, "reengage_on"),
        ("reason", {"reason": "PRICE", "evidence": "heard"}, "evidence"),
        ("reason", {}, "reason"),
        ("destination", {"destination": "moon"}, "destination"),
        ("change", {"would_have_changed": "x" * 2001}, "would_have_changed"),
    ],
)
def test_it_refuses_what_the_page_refuses(question, body, field, rep, sign_in):
    answer = sign_in(rep).put(url(make_lost(owner=rep), question), body, **JSON)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


def test_it_hands_in_no_review_that_lacks_an_answer(rep, sign_in):
    answer = sign_in(rep).post(url(make_lost(owner=rep), "submission"))
    assert (answer.status_code, sorted(answer.json()["errors"])) == (422, ["destination", "reason"])


def test_a_question_is_there_where_the_page_has_it(rep, other_rep, sign_in):
    words = {"won_because": "Fast answers"}
    won, lost, still_open = make_won(owner=rep), make_lost(owner=rep), make_opportunity(owner=rep)
    assert sign_in(rep).put(url(won, "won"), words, **JSON).status_code == 200
    assert sign_in(rep).put(url(lost, "won"), words, **JSON).status_code == 404
    assert sign_in(rep).put(url(still_open, "won"), words, **JSON).status_code == 404
    assert sign_in(other_rep).put(url(won, "won"), words, **JSON).status_code == 403
