"""What is done with requests by the API: the same deeds and refusals as on their page."""

import pytest

from feedback.actions.tokens import make_token
from objections.models import Comment, ContentRequest, Join
from tests.factories import make_collateral, make_opportunity, make_request, make_theme

JSON = {"content_type": "application/json"}


@pytest.fixture
def row(rep, marketer):
    row = make_request(
        by=rep, themes=[make_theme()], owner=marketer, co_owner=rep, state="in review", due_on="2030-01-01"
    )
    make_collateral("Sheet", owner=marketer, themes=row.themes.all(), published=False, request=row)
    return row


def address(row, deed="", *more):
    return f"/api/v1/requests/{row.pk}/" + (f"{deed}/" if deed else "") + "".join(f"{part}/" for part in more)


def test_asking_enters_as_new_and_a_retry_finds_it(rep, sign_in):
    theme, deal, client = make_theme(), make_opportunity(), sign_in(rep)
    body = {"title": "Sheet", "type": "pricing sheet", "themes": [theme.pk], "opportunity": deal.pk}
    first, second = (client.post("/api/v1/requests/", body, **JSON) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    row = ContentRequest.objects.get()
    assert (row.state, row.by, list(row.opportunities.all())) == ("new", rep, [deal])


@pytest.mark.parametrize("lacking", ["title", "type", "themes"])
def test_an_ask_that_lacks_something_is_refused(rep, sign_in, lacking):
    body = {"title": "Sheet", "type": "pricing sheet", "themes": [make_theme().pk]}
    del body[lacking]
    answer = sign_in(rep).post("/api/v1/requests/", body, **JSON)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [lacking])


def test_a_comment_is_said_once_for_its_client_id_worded_anew_and_withdrawn(row, rep, other_rep, sign_in):
    client = sign_in(other_rep)
    body = {"text": "@Rita Rep any news?", "client_id": "6f1b3a52-3f57-4f3e-9a3c-111111111111"}
    for _ in range(2):
        answer = client.post(address(row, "comments"), body, **JSON)
        assert answer.status_code == 201
    (said,) = answer.json()["comments"]
    assert (said["text"], said["mentioned"]) == ("@Rita Rep any news?", [{"id": rep.pk, "name": "Rita Rep"}])
    url = address(row, "comments", said["id"])
    assert sign_in(rep).put(url, {"text": "mine"}, **JSON).status_code == 403
    assert client.put(url, {"text": "No news"}, **JSON).json()["comments"][0]["text"] == "No news"
    assert sign_in(rep).delete(url).status_code == 403
    assert [client.delete(url).status_code for _ in range(2)] == [204, 204]
    assert not Comment.objects.live().exists()


def test_marketers_read_comments_masked(row, rep, marketer, sign_in):
    sign_in(rep).post(address(row, "comments"), {"text": "call Anna Meier"}, **JSON)
    (said,) = sign_in(marketer).get(address(row)).json()["comments"]
    assert said["text"] == "Being read. Its words are here in a moment."


def test_the_checklist_is_kept_by_those_who_keep_it_on_the_page(row, rep, other_rep, marketer, sign_in):
    client = sign_in(marketer)
    assert sign_in(other_rep).post(address(row, "checklist"), {"text": "x"}, **JSON).status_code == 403
    (item,) = client.post(address(row, "checklist"), {"text": "Legal has read it"}, **JSON).json()["checklist"]
    url = address(row, "checklist", item["id"])
    assert sign_in(rep).put(url, {"done": True}, **JSON).json()["checklist"][0]["done_by"]["name"] == "Rita Rep"
    assert client.put(url, {"done": "perhaps"}, **JSON).status_code == 422
    assert client.delete(url).status_code == 204
    assert client.get(address(row)).json()["checklist"] == []


def test_the_sign_off_is_of_the_version_that_was_read(row, rep, marketer, sign_in):
    client, url = sign_in(rep), address(row, "sign-offs")
    newest = client.get(address(row)).json()["newest_version"]
    assert sign_in(marketer).post(url, {"verdict": "fits", "version": newest}, **JSON).status_code == 403
    refused = client.post(url, {"verdict": "fits", "version": None}, **JSON)
    assert (refused.status_code, "Another version was added" in refused.json()["detail"]) == (422, True)
    answer = client.post(url, {"verdict": "fits", "version": newest}, **JSON)
    assert (answer.status_code, answer.json()["is_signed_off"]) == (201, True)
    assert client.post(url, {"verdict": "changes", "version": newest}, **JSON).status_code == 422
    answer = client.post(url, {"verdict": "changes", "version": newest, "words": "Too long"}, **JSON)
    assert (answer.json()["state"], answer.json()["is_signed_off"]) == ("in production", False)


def test_joining_and_leaving(row, other_rep, rep, sign_in):
    deal, client = make_opportunity(), sign_in(other_rep)
    for _ in range(2):
        answer = client.post(address(row, "joins"), {"opportunity": deal.pk}, **JSON)
    (join,) = answer.json()["joins"]
    assert (join["by"]["name"], answer.json()["deals_waiting"]) == ("Otto Other", 1)
    assert sign_in(rep).delete(address(row, "joins", join["id"])).status_code == 404
    assert client.delete(address(row, "joins", join["id"])).status_code == 204
    assert not Join.objects.live().exists()


def test_a_brief_is_not_written_over(row, marketer, leader, sign_in):
    seen = sign_in(marketer).get(address(row)).json()["brief_version"]
    assert sign_in(leader).put(address(row, "brief"), {"brief": "Theirs", "seen": seen}, **JSON).status_code == 200
    refused = sign_in(marketer).put(address(row, "brief"), {"brief": "Mine", "seen": seen}, **JSON)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["seen"])
    row.refresh_from_db()
    assert row.brief == "Theirs"


def test_a_move_takes_the_words_of_its_form_and_triage_its_people(rep, marketer, sign_in):
    row, client = make_request(by=rep, themes=[make_theme()]), sign_in(marketer)
    answer = client.post(address(row, "moves"), {"to": "triaged", "owner": rep.pk}, **JSON)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["owner"])
    body = {"to": "triaged", "owner": marketer.pk, "co_owner": rep.pk, "size": "small"}
    answer = client.post(address(row, "moves"), body, **JSON).json()
    assert (answer["state"], answer["owner"]["name"], answer["size"]) == ("triaged", "Mara Marketer", "small")
    assert client.post(address(row, "moves"), {"to": "triaged"}, **JSON).status_code == 200


@pytest.mark.parametrize(("scopes", "status"), [(["read"], 403), (["read", "write:requests"], 201)])
def test_a_token_needs_the_scope(row, rep, sign_in, scopes, status):
    _, key = make_token(user=rep, name="CRM", scopes=scopes, days=30)
    headers = {"Authorization": f"Bearer {key}"}
    answer = sign_in(None).post(address(row, "comments"), {"text": "Any news?"}, headers=headers, **JSON)
    assert answer.status_code == status


def test_one_request_costs_the_same_however_much_was_said(
    row, rep, other_rep, marketer, sign_in, django_assert_num_queries
):
    client = sign_in(marketer)
    for number in range(6):
        row.comments.create(text=f"{number}", author=other_rep)
        row.checklist.create(text=f"{number}", position=number, by=rep)
        row.joins.create(by=rep, opportunity=make_opportunity())
        row.sign_offs.create(by=other_rep, verdict="fits")
    with django_assert_num_queries(14):
        client.get(address(row))
