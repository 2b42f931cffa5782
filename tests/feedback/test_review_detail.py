import pytest
from django.urls import reverse

from tests.factories import make_lost, make_review


@pytest.mark.parametrize(
    ("who", "draft", "submitted", "named"),
    [
        ("rep", 200, 200, True),
        ("manager", 200, 200, True),
        ("other_rep", 404, 200, False),
        ("marketer", 404, 200, False),
        ("leader", 404, 200, True),
        ("admin", 200, 200, True),
    ],
)
def test_it_shows_a_review_and_its_author_by_role(who, draft, submitted, named, rep, request, sign_in):
    reader = request.getfixturevalue(who)
    deal = make_lost(owner=None)
    unfinished = make_review(make_lost(owner=rep), author=rep, submitted=False)
    finished = make_review(deal, author=rep)
    client = sign_in(reader)

    assert client.get(reverse("feedback:review_detail", args=[unfinished.pk])).status_code == draft
    page = client.get(reverse("feedback:review_detail", args=[finished.pk]))
    assert page.status_code == submitted
    assert (b"by Rita Rep" in page.content) == named


def test_the_list_shows_drafts_to_their_author_only(rep, other_rep, sign_in):
    make_review(make_lost("Draft", owner=rep), author=rep, submitted=False)
    url = reverse("feedback:review_list")
    assert len(sign_in(rep).get(url).context["page"]) == 1
    assert len(sign_in(other_rep).get(url).context["page"]) == 0


def test_the_list_costs_the_same_number_of_queries_for_many_reviews(rep, sign_in, django_assert_max_num_queries):
    for number in range(30):
        make_review(make_lost(account=f"Account {number}", owner=rep), author=rep)
    client = sign_in(rep)
    with django_assert_max_num_queries(18):
        client.get(reverse("feedback:review_list"))


def test_a_rep_finds_the_reviews_they_wrote(rep, other_rep, sign_in):
    mine = make_review(make_lost("Forklifts", owner=rep), author=rep)
    theirs = make_review(make_lost("Scales", owner=other_rep), author=other_rep)
    page = sign_in(rep).get(reverse("feedback:review_list"), {"whose": "mine"}).content.decode()
    assert mine.get_absolute_url() in page
    assert theirs.get_absolute_url() not in page
    assert '?whose=mine" aria-current="page">Written by me' in page
