from datetime import date

import pytest
from django.urls import reverse

from feedback.actions.opportunities import change_opportunity, exclude_from_reviews
from feedback.models import Account, Opportunity
from tests.factories import make_lost, make_opportunity


def answers(**changed):
    return {"name": "Racks", "outcome": "open", "currency": "EUR", "account_name": "Hansa", **changed}


def test_a_deal_made_by_hand_has_the_source_portal_and_its_own_number(rep, sign_in):
    sign_in(rep).post(reverse("feedback:opportunity_create"), answers(owner=rep.pk))
    deal = Opportunity.objects.get()
    assert (deal.source.name, deal.external_id, deal.account.name) == ("portal", str(deal.pk), "Hansa")


def test_it_takes_the_account_that_is_there_whatever_its_spelling(rep, sign_in):
    make_opportunity(account="Hansa Log")
    sign_in(rep).post(reverse("feedback:opportunity_create"), answers(account_name="hansalog"))
    assert Account.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"outcome": "lost"}, "Say on which day"),
        ({"outcome": "open", "closed_on": "2026-01-01"}, "An open deal has no closing day"),
        ({"outcome": "won", "closed_on": "2026-01-01", "created_on": "2026-02-01"}, "before the deal was created"),
        ({"amount": "-5"}, "greater than or equal to 0"),
        ({"amount": "a lot"}, "Enter a number"),
        ({"currency": "euros"}, "3 characters"),
        ({"name": ""}, "required"),
        ({"outcome": "maybe"}, "Select a valid choice"),
    ],
)
def test_it_refuses_bad_input_and_keeps_what_was_typed(wrong, words, rep, sign_in):
    page = sign_in(rep).post(reverse("feedback:opportunity_create"), answers(lead_source="Trade fair", **wrong))
    assert page.status_code == 422
    assert words in page.content.decode().replace("&#x27;", "'")
    assert b"Trade fair" in page.content
    assert Opportunity.objects.count() == 0


def test_editing_keeps_who_changed_what(rep, sign_in):
    deal = make_lost("Racks", owner=rep, amount=100, closed_on=date(2026, 5, 5))
    sign_in(rep).post(
        reverse("feedback:opportunity_edit", args=[deal.pk]),
        answers(outcome="lost", closed_on="2026-05-05", amount="250", owner=rep.pk),
    )
    latest, first = deal.history.all()
    assert (latest.amount, first.amount) == (250, 100)
    assert latest.history_user == rep


def test_handing_over_refuses_a_missing_name(rep, manager, sign_in):
    deal = make_lost(owner=rep)
    page = sign_in(manager).post(reverse("feedback:opportunity_reassign", args=[deal.pk]), {"to": ""})
    assert page.status_code == 422


def test_leaving_out_asks_for_a_reason(rep, sign_in):
    deal = make_lost(owner=rep)
    page = sign_in(rep).post(reverse("feedback:opportunity_exclude", args=[deal.pk]), {"reason": ""})
    assert page.status_code == 422
    assert not deal.exclusions.exists()


def test_it_saves_what_was_changed_and_leaves_what_an_import_wrote_meanwhile(rep):
    deal = make_lost(owner=rep)
    Opportunity.objects.update(amount_estimate=700, stage="Lost to rival")
    deal.name = "Renamed"
    change_opportunity(opportunity=deal, fields=["name"], by=rep)
    deal.refresh_from_db()
    assert (deal.name, deal.amount_estimate, deal.stage) == ("Renamed", 700, "Lost to rival")
    assert deal.history.first().stage == "Lost to rival"


def test_saying_the_same_exclusion_twice_makes_one(rep):
    deal = make_lost(owner=rep)
    given = {"opportunity": deal, "reason": "A test", "reminders_only": False, "by": rep}
    assert exclude_from_reviews(**given) == exclude_from_reviews(**given)
    other = exclude_from_reviews(**given | {"reminders_only": True})
    assert list(deal.exclusions.live()) == [other]


def test_leaving_out_of_reminders_does_not_say_that_none_is_due(rep, sign_in):
    client, deal = sign_in(rep), make_lost(owner=rep)
    url = reverse("feedback:opportunity_exclude", args=[deal.pk])
    page = client.post(url, {"reason": "Holiday", "reminders_only": "on"}, follow=True)
    assert b"It is still owed." in page.content
