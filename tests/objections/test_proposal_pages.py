import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.jobs import queue_job
from objections.models import Build, Proposal, Theme
from objections.theming import warm
from tests.factories import make_lost, make_objection, make_theme, place

LIST = reverse("objections:proposal_list")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def build(marketer):
    return Build.objects.create(job=queue_job(kind="build_themes"), by=marketer, ended_at=timezone.now())


@pytest.fixture
def proposal(build, rep):
    proposal = Proposal.objects.create(build=build, kind="new", name="Parking, lorry", why="they say the same")
    for number in range(7):
        deal = make_lost(account=f"Hansa {number}")
        proposal.objections.add(make_objection(f"no parking {number}", author=rep, opportunity=deal))
    return proposal


@pytest.fixture
def client(marketer, sign_in):
    return sign_in(marketer)


def url(name, proposal):
    return reverse(f"objections:{name}", args=[proposal.pk])


def test_it_shows_the_quotes_and_a_name_to_edit(client, proposal):
    page = client.get(LIST).content.decode()

    assert page.count("no parking") == 7
    assert "Show the other 2" in page
    assert "Hansa 3" in page
    assert 'value="Parking, lorry"' in page


def test_it_guesses_the_category_from_the_nearest_theme(client, build, rep):
    proposal = Proposal.objects.create(build=build, kind="new", name="Certificates", why="they say the same")
    proposal.objections.add(make_objection("no SOC 2 report, so security will not sign off", author=rep))
    make_theme("Way off", category="terms")
    warm()

    ((_, form, _),) = client.get(LIST).context["cards"]

    assert form.fields["category"].queryset.get(pk=form.initial["category"]).code == "trust"


def test_it_is_accepted_under_another_name_and_undone_by_the_toast(client, proposal):
    category = make_theme("Any").category_id

    response = client.post(url("proposal_accept", proposal), {"name": "No parking", "category": category})
    assert Theme.objects.with_voices().get(name="No parking").voices == 7
    assert response.url == LIST

    client.post(url("proposal_undo", proposal))
    assert Theme.objects.get(name="No parking").state == "retired"


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_empty_name_is_refused_and_the_quotes_stay(client, proposal, headers):
    response = client.post(url("proposal_accept", proposal), {"name": "", "category": ""}, headers=headers)

    assert response.status_code == 422
    assert "no parking 6" in response.content.decode()
    assert Proposal.objects.get().state == "open"


def test_it_is_rejected_with_a_way_back(client, proposal):
    page = client.post(url("proposal_reject", proposal), headers=HTMX).content.decode()

    assert url("proposal_undo", proposal) in page
    assert Proposal.objects.get().state == "rejected"
    assert "Nothing to decide" in client.get(LIST).content.decode()


def test_one_that_is_out_of_date_says_so(client, build):
    proposal = Proposal.objects.create(
        build=build, kind="merge", theme=make_theme("Gone", state="retired"), into=make_theme("Other"), why="alike"
    )

    page = client.post(url("proposal_accept", proposal), headers=HTMX).content.decode()

    assert "out of date" in page
    assert Proposal.objects.get().state == "stale"


def test_it_costs_the_same_number_of_queries_for_many(client, proposal, build, rep, django_assert_max_num_queries):
    for number in range(9):
        other = Proposal.objects.create(build=build, kind="new", name=f"Name {number}", why="alike")
        other.objections.add(make_objection(f"words {number}", author=rep, opportunity=make_lost()))
    client.get(LIST)

    with django_assert_max_num_queries(28):
        assert len(client.get(LIST).context["cards"]) == 10


def test_it_says_what_it_would_be_worth_how_sure_it_is_and_why_it_is_asked_again(client, build, rep):
    proposal = Proposal.objects.create(
        build=build, kind="new", name="No parking", why="They say the same.", confidence=0.82, again="Rejected on 3 May"
    )
    deal = make_lost(amount=120_000)
    proposal.objections.set([make_objection(words, author=rep, opportunity=deal) for words in ("no lot", "nowhere")])

    page = client.get(LIST).content.decode()

    assert "It would carry €\u00a0120\u00a0k lost in the last 12 months, on 1 deal" in page.replace("€\xa0", "€\u00a0")
    assert "Likely, 82\u00a0%" in page
    assert "Rejected on 3 May" in page


def test_a_move_shows_the_nearest_voice_of_the_theme_unless_it_was_withdrawn(client, build, rep):
    nearest = make_objection("it was withdrawn", author=rep, withdrawn_at=timezone.now(), withdrawn_by=rep)
    shown = make_objection("the nearest of all", author=rep)
    for voice in (nearest, shown):
        proposal = Proposal.objects.create(build=build, kind="move", theme=make_theme(f"To {voice}"), nearest=voice)
        proposal.objections.add(make_objection("words", author=rep))

    page = client.get(LIST).content.decode()

    assert "the nearest of all</blockquote>" in page
    assert "it was withdrawn</blockquote>" not in page


def test_a_rename_is_accepted_under_another_name_and_a_taken_one_is_refused(client, build):
    theme = make_theme("Too dear")
    make_theme("Taken")
    proposal = Proposal.objects.create(build=build, kind="rename", theme=theme, name="Licence price", why="It drifted")

    assert "Too dear</a> to Licence price" in client.get(LIST).content.decode()
    refused = client.post(url("proposal_accept", proposal), {"name": "taken"})
    assert refused.status_code == 422
    assert "Another theme has this name" in refused.content.decode()

    client.post(url("proposal_accept", proposal), {"name": "Price per licence"})
    assert Theme.objects.get(pk=theme.pk).name == "Price per licence"


def test_it_shows_one_kind_at_a_time(client, build, proposal):
    Proposal.objects.create(build=build, kind="retire", theme=make_theme("Idle"), why="Nobody raised it")

    shown = [card[0].kind for card in client.get(LIST, {"kind": "retire"}).context["cards"]]

    assert shown == ["retire"]
    assert len(client.get(LIST, {"kind": "nonsense"}).context["cards"]) == 2


def test_merges_cost_no_more_queries_each(client, build, rep, django_assert_max_num_queries):
    for number in range(8):
        theme, into = make_theme(f"A {number}"), make_theme(f"B {number}")
        place(make_objection(f"words {number}", author=rep, opportunity=make_lost()), theme)
        Proposal.objects.create(build=build, kind="merge", theme=theme, into=into, why="alike")
    client.get(LIST)

    with django_assert_max_num_queries(25):
        assert all(value.deals == 1 for _, _, value in client.get(LIST).context["cards"])
