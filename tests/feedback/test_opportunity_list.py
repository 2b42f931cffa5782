from datetime import date

from django.urls import reverse

from tests.factories import make_lost, make_opportunity

URL = reverse("feedback:opportunity_list")


def test_it_finds_deals_by_account_and_outcome(rep, sign_in):
    make_lost("Shelves", account="Hansa")
    make_opportunity("Forklifts", account="Hansa")
    make_lost("Conveyors", account="Other")

    page = sign_in(rep).get(URL, {"q": "hans", "outcome": "lost"})

    assert [deal.name for deal in page.context["page"]] == ["Shelves"]


def test_it_costs_the_same_number_of_queries_for_many_deals(rep, sign_in, django_assert_max_num_queries):
    for number in range(30):
        make_lost(f"Deal {number}", account=f"Account {number}", owner=rep, closed_on=date(2026, 1, 1))
    client = sign_in(rep)
    with django_assert_max_num_queries(16):
        client.get(URL)
