import pytest
from django.urls import reverse

from feedback.filters import GONE
from feedback.models import SavedFilter, User
from feedback.permissions import can_share_filters
from tests.factories import make_lost, make_opportunity, make_team

DEALS = reverse("feedback:opportunity_list")


def new(key="deals"):
    return reverse("feedback:saved_filter_create", args=[key])


def save(client, name="Lost ones", query="outcome=lost", key="deals", **answers):
    return client.post(f"{new(key)}?{query}", {"name": name, **answers})


def at(action, saved):
    return reverse(f"feedback:saved_filter_{action}", args=[saved.pk])


@pytest.fixture
def deals(rep):
    make_lost("Shelves", owner=rep)
    make_opportunity("Forklifts", owner=rep)


def test_a_person_names_the_filter_in_use_and_finds_it_over_the_list(deals, rep, other_rep, sign_in):
    client = sign_in(rep)
    page = client.get(DEALS, {"outcome": "lost", "q": ""}).content.decode()
    assert f'href="{new()}?outcome=lost"' in page
    answer = save(client, query="q=&page=abc&outcome=lost&nonsense=1")
    assert answer.url == f"{DEALS}?outcome=lost"
    page = client.get(DEALS, {"outcome": "lost"}).content.decode()
    assert f'href="{DEALS}?outcome=lost" aria-current="true">Lost ones' in page
    assert "Save this filter" not in page
    assert "Lost ones" in client.get(DEALS, {"q": "x"}, headers={"HX-Request": "true"}).content.decode()
    assert "Lost ones" not in client.get(reverse("objections:objection_list")).content.decode()
    assert "Lost ones" not in sign_in(other_rep).get(DEALS).content.decode()


@pytest.mark.parametrize(
    ("key", "query"),
    [
        ("reviews", "kind=win"),
        ("objections", "weight=blocker"),
        ("themes", "owner=legal&sort=heard"),
        ("requests", "state=live&view=table"),
        ("collateral", "state=retired"),
    ],
)
def test_every_list_keeps_its_filters(key, query, rep, sign_in):
    client = sign_in(rep)
    url = save(client, key=key, query=query).url
    assert url.endswith(f"?{query}")
    assert 'aria-current="true">Lost ones' in client.get(url).content.decode()


def test_a_default_opens_with_the_list_until_all_is_asked_for(deals, rep, sign_in):
    client = sign_in(rep)
    save(client, is_default="on")
    assert client.get(DEALS).url == f"{DEALS}?outcome=lost"
    assert [deal.name for deal in client.get(DEALS, follow=True).context["page"]] == ["Shelves"]
    assert len(client.get(f"{DEALS}?all").context["page"]) == 2
    assert f'href="{DEALS}?all"' in client.get(DEALS, {"outcome": "lost"}).content.decode()


def test_one_filter_of_a_list_is_the_default(rep, sign_in):
    client = sign_in(rep)
    save(client, "One", is_default="on")
    save(client, "Two", "outcome=won", is_default="on")
    save(client, "Other list", "kind=win", key="reviews", is_default="on")
    assert set(SavedFilter.objects.filter(is_default=True).values_list("name", flat=True)) == {"Two", "Other list"}


def test_marketers_and_leaders_share_and_nobody_opens_with_anothers_default(deals, rep, marketer, sign_in):
    save(sign_in(marketer), "For all", is_shared="on", is_default="on")
    client = sign_in(rep)
    page = client.get(DEALS)
    assert page.status_code == 200
    assert "For all" in page.content.decode()
    shared = SavedFilter.objects.get()
    assert client.get(at("edit", shared)).status_code == 403
    assert client.post(at("delete", shared)).status_code == 403
    save(client, "Mine", is_shared="on")
    assert not SavedFilter.objects.get(name="Mine").is_shared


@pytest.mark.parametrize("name", ["rep", "manager", "marketer", "leader", "admin"])
def test_it_is_shared_while_its_owner_may_share(name, deals, other_rep, sign_in, request):
    owner = request.getfixturevalue(name)
    SavedFilter.objects.create(owner=owner, list="deals", name="For all", query="outcome=lost", is_shared=True)
    others, own = (sign_in(user).get(DEALS).content.decode() for user in (other_rep, owner))
    assert ("For all" in others) is can_share_filters(owner)
    assert "For all" in own


def test_who_becomes_a_rep_keeps_the_filter_alone_until_they_may_share_again(deals, marketer, other_rep, sign_in):
    client, others = sign_in(marketer), sign_in(other_rep)
    save(client, "For all", is_shared="on")
    shared = SavedFilter.objects.get()
    for role, status in (("rep", 404), ("leader", 403)):
        User.objects.filter(pk=marketer.pk).update(role=role)
        assert others.get(at("edit", shared)).status_code == status
        assert client.post(at("edit", shared), {"name": "For all", "is_shared": "on"}).status_code == 302
        assert "For all" in client.get(DEALS).content.decode()
    assert "For all" in others.get(DEALS).content.decode()


def test_it_is_renamed_and_deleted_with_a_way_back(rep, sign_in):
    client = sign_in(rep)
    save(client)
    saved = SavedFilter.objects.get()
    client.post(at("edit", saved), {"name": "Lost deals"})
    saved.refresh_from_db()
    assert (saved.name, saved.query) == ("Lost deals", "outcome=lost")
    page = client.post(at("delete", saved), follow=True)
    assert not SavedFilter.objects.exists()
    assert page.redirect_chain[0][0] == f"{DEALS}?outcome=lost"
    assert "Save this filter" in page.content.decode()


@pytest.mark.parametrize("name", ["", "   ", "LOST ONES", "x" * 61])
def test_it_refuses_names_that_are_none_or_there_already(name, rep, sign_in):
    client = sign_in(rep)
    save(client)
    assert save(client, name, "outcome=won").status_code == 422
    assert SavedFilter.objects.count() == 1


@pytest.mark.parametrize("query", ["", "page=abc", "outcome=banana", "team=999999"])
def test_it_saves_no_filter_that_filters_nothing_or_cannot_be(query, rep, sign_in):
    assert save(sign_in(rep), query=query).status_code == 422
    assert not SavedFilter.objects.exists()


def test_there_are_no_filters_of_a_list_there_is_not(rep, sign_in):
    assert sign_in(rep).get(new("accounts")).status_code == 404


def test_a_filter_whose_team_is_gone_still_opens_and_says_so(deals, rep, sign_in):
    team = make_team("Short-lived")
    client = sign_in(rep)
    save(client, "Their deals", f"team={team.pk}", is_default="on")
    team.delete()
    page = client.get(DEALS, follow=True).content.decode()
    assert f"Team: {GONE}" in page
    assert "Their deals" in page
    assert GONE in client.get(at("edit", SavedFilter.objects.get())).content.decode()
