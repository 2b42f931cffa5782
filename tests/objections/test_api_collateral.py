"""Uses, links and versions by the API, by the same rules as on the pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from feedback.actions.tokens import make_token
from objections.models import ShareLink, Usage
from tests.factories import make_collateral, make_opportunity
from tests.objections.test_collateral_uploads import HURTING, PDF, post
from tests.sent import Body

JSON = "application/json"


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def stored(tmp_path):
    return lambda: [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.fixture
def piece(marketer):
    return make_collateral("Security pack", owner=marketer)


def at(piece, what):
    return f"/api/v1/collateral/{piece.pk}/{what}/"


def test_a_use_is_noted_once_and_says_whether_it_helped(piece, rep, sign_in):
    deal, client = make_opportunity(owner=rep), sign_in(rep)
    for body in ({"opportunity": deal.pk}, {"opportunity": deal.pk, "helped": "partly", "why": "long"}):
        answer = client.post(at(piece, "usages"), body, content_type=JSON)
        assert answer.status_code == 201
    usage = Usage.objects.get()
    assert (usage.opportunity, usage.by, usage.helped, usage.why) == (deal, rep, "partly", "long")
    assert answer.json()["helped"] == "partly"


def test_a_deal_of_somebody_else_and_a_draft_are_refused(piece, rep, other_rep, leader, marketer, sign_in):
    theirs = make_opportunity(owner=other_rep)
    answer = sign_in(rep).post(at(piece, "usages"), {"opportunity": theirs.pk}, content_type=JSON)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["opportunity"])
    draft, own = make_collateral(owner=marketer, published=False), make_opportunity(owner=leader)
    answer = sign_in(leader).post(at(draft, "usages"), {"opportunity": own.pk}, content_type=JSON)
    assert answer.status_code == 422
    assert not Usage.objects.exists()


def test_a_token_needs_the_scope(piece, rep, sign_in):
    deal = make_opportunity(owner=rep)
    asked = {}
    for scope in ("read", "write:collateral"):
        _, key = make_token(user=rep, name=scope, scopes=[scope], days=1)
        bearer = {"Authorization": f"Bearer {key}"}
        answer = sign_in(None).post(at(piece, "usages"), {"opportunity": deal.pk}, content_type=JSON, headers=bearer)
        asked[scope] = answer.status_code
    assert asked == {"read": 403, "write:collateral": 201}


def test_a_link_is_made_for_a_deal_and_given_again(piece, rep, sign_in):
    deal, client = make_opportunity(owner=rep), sign_in(rep)
    body = {"opportunity": deal.pk, "works_for": 7}
    answers = [client.post(at(piece, "share-links"), body, content_type=JSON).json() for _ in range(2)]
    link = ShareLink.objects.get()
    assert [answer["address"] for answer in answers] == [link.address] * 2
    assert (answers[0]["opportunity"]["id"], answers[0]["opens"], Usage.objects.count()) == (deal.pk, 0, 1)


def test_a_link_or_a_file_becomes_a_version(piece, marketer, sign_in, stored):
    client = sign_in(marketer)
    answer = client.post(at(piece, "versions"), {"link": "https://example.com/new"}, content_type=JSON)
    assert (answer.status_code, answer.json()["number"]) == (201, 2)
    answer = client.post(at(piece, "versions"), {"file": SimpleUploadedFile("pack.pdf", PDF), "note": "With prices"})
    assert (answer.status_code, answer.json()["file_name"], answer.json()["note"]) == (201, "pack.pdf", "With prices")
    assert [path.read_bytes() for path in stored()] == [PDF]


@pytest.mark.parametrize("body", [{}, {"link": "javascript:alert(1)"}, {"link": "https://example.com", "why": "x"}])
def test_anything_but_one_good_link_is_refused(piece, marketer, sign_in, body):
    answer = sign_in(marketer).post(at(piece, "versions"), body, content_type=JSON)
    assert (answer.status_code, piece.versions.count()) in ((422, 1), (400, 1))


@pytest.mark.parametrize(("name", "content", "words"), HURTING.values(), ids=HURTING)
def test_a_hurting_file_is_refused_in_words_and_nothing_is_stored(
    name, content, words, piece, marketer, sign_in, stored
):
    answer = sign_in(marketer).post(at(piece, "versions"), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert words in answer.json()["errors"]["file"][0]
    assert (piece.versions.count(), stored()) == (1, [])


def test_200_mb_are_refused_before_they_are_read(piece, marketer, stored, client):
    _, key = make_token(user=marketer, name="Shelf", scopes=["write:collateral"], days=1)
    body = Body(name="film.mp4", size=200 * 1024 * 1024)
    answer = client.generic("POST", at(piece, "versions"), **body.sent, headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, "more than the portal takes" in answer.json()["detail"]) == (413, True)
    assert body.parts[1] == 200 * 1024 * 1024
    assert (piece.versions.count(), stored()) == (1, [])


def test_a_name_that_is_a_path_is_refused(piece, marketer, sign_in, stored):
    client = sign_in(marketer)
    answer = post(client, at(piece, "versions"), Body({"note": ""}, name="../../etc/passwd.pdf", content=PDF))
    assert answer.status_code == 422
    assert "holds a path" in answer.json()["errors"]["file"][0]
    assert (piece.versions.count(), stored()) == (1, [])
