import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.jobs import queue_job
from objections.models import Build, Proposal, Theme
from objections.views import proposals as views
from tests.factories import make_objection, make_theme

PAGE = reverse("objections:proposal_accept_many")


@pytest.fixture
def build(company, marketer):
    return Build.objects.create(job=queue_job(kind="build_themes"), by=marketer, ended_at=timezone.now())


@pytest.fixture
def propose(build, rep):
    def make(confidence, kind="move", **fields):
        if kind != "new" and "theme" not in fields:
            fields["theme"] = make_theme(f"Theme {confidence}")
        proposal = Proposal.objects.create(build=build, kind=kind, why="alike", confidence=confidence, **fields)
        proposal.objections.add(make_objection(f"voice {proposal.pk}", author=rep))
        return proposal

    return make


@pytest.fixture
def client(marketer, sign_in):
    return sign_in(marketer)


def states():
    return list(Proposal.objects.order_by("id").values_list("state", flat=True))


def test_it_says_before_how_many_each_threshold_would_accept(client, propose):
    for confidence in (0.95, 0.85, 0.82, 0.4, None):
        propose(confidence)

    page = client.get(PAGE).content.decode()

    assert "90\u00a0% sure: 1" in page
    assert "80\u00a0% sure: 3" in page
    assert "Theme 0.4" not in page
    assert "Theme None" not in page


def test_it_accepts_those_that_are_sure_enough_and_leads_to_what_became_of_them(client, build, propose):
    for confidence in (0.95, 0.82, 0.6, None):
        propose(confidence)

    answer = client.post(PAGE, {"above": "80", "build": build.pk}, follow=True)

    assert states() == ["accepted", "accepted", "open", "open"]
    page = answer.content.decode()
    assert "2 proposals accepted; each can be undone by itself." in page
    assert page.count("/undo/") >= 2


def test_a_new_theme_gets_the_category_of_the_nearest_or_other(client, build, propose):
    Theme.objects.all().delete()
    propose(0.9, "new", name="No parking")

    client.post(PAGE, {"above": "90", "build": build.pk})

    assert Theme.objects.get(name="No parking").category.code == "other"


def test_one_that_cannot_be_accepted_is_named_with_why(client, build, propose):
    propose(0.95, theme=make_theme("Gone", state="retired"))
    propose(0.95)

    page = client.post(PAGE, {"above": "90", "build": build.pk}, follow=True).content.decode()

    assert states() == ["stale", "accepted"]
    assert "1 proposal accepted" in page
    assert "Not “Gone”: This proposal is out of date. “Gone” was merged or retired." in page


def test_what_a_later_build_proposes_is_not_accepted_unseen(client, build, propose, marketer):
    propose(0.95)
    Build.objects.create(job=queue_job(kind="build_themes"), by=marketer, ended_at=timezone.now())

    answer = client.post(PAGE, {"above": "90", "build": build.pk})

    assert answer.status_code == 422
    assert "The themes were built again meanwhile." in answer.content.decode()
    assert states() == ["open"]


@pytest.mark.parametrize("above", ["", "49", "x"])
def test_a_threshold_that_is_not_offered_is_refused(above, client, build, propose):
    propose(0.95)

    assert client.post(PAGE, {"above": above, "build": build.pk}).status_code == 422
    assert states() == ["open"]


def test_many_are_accepted_in_turns(client, build, propose, monkeypatch):
    monkeypatch.setattr(views, "MOST_AT_ONCE", 2)
    for confidence in (0.97, 0.96, 0.95):
        propose(confidence)

    page = client.post(PAGE, {"above": "90", "build": build.pk}, follow=True).content.decode()

    assert states() == ["accepted", "accepted", "open"]
    assert "1 more are as sure: accept again to go on." in page


def test_it_says_so_where_none_is_sure_enough(client, propose):
    propose(0.3)

    assert "None is sure enough" in client.get(PAGE).content.decode()


def test_it_costs_the_same_number_of_queries_for_many(client, propose, django_assert_max_num_queries):
    for number in range(12):
        propose(0.5 + number / 100, "new", name=f"Name {number}")
    client.get(PAGE)

    with django_assert_max_num_queries(16):
        assert len(client.get(PAGE).context["rows"]) == 12
