"""Putting an owed review off: it stays owed, no reminder speaks of it, and it comes back by itself."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.actions.opportunities import change_opportunity, end_snooze, reassign_review, snooze_review
from feedback.audit import Asked, entries
from feedback.importing.column_map import ColumnMap
from feedback.importing.reading import read_exports
from feedback.importing.taking import take
from feedback.models import Import, Opportunity, Snooze, User
from feedback.registrations import _owed
from tests.factories import make_lost, make_review
from tests.feedback.exports import HEADER

OWED = reverse("feedback:review_owed")
TODAY = timezone.localdate()


def at(deal):
    return reverse("feedback:opportunity_snooze", args=[deal.pk])


@pytest.fixture
def deal(rep):
    return make_lost("Waits", owner=rep, closed_on=TODAY - timedelta(days=3))


def test_it_stays_owed_and_leaves_the_reminders_until_its_day(deal, rep, sign_in):
    client = sign_in(rep)
    until = TODAY + timedelta(days=3)
    assert client.post(at(deal), {"until": until.isoformat()}).url == OWED
    assert _owed(rep) == 0
    page = client.get(OWED)
    assert [(row.name, row.snoozed_until) for row in page.context["page"]] == [("Waits", until)]
    assert b"put off until" in page.content
    assert page.context["first"] is None

    Snooze.objects.update(until=TODAY)
    assert _owed(rep) == 1


@pytest.mark.parametrize("days", [-1, 0, 31, 400])
def test_it_refuses_a_day_that_is_past_or_far(days, deal, rep, sign_in):
    page = sign_in(rep).post(at(deal), {"until": (TODAY + timedelta(days=days)).isoformat()})
    assert page.status_code == 422
    assert not Snooze.objects.exists()


@pytest.mark.parametrize("typed", ["", "soon", "9999-99-99"])
def test_it_refuses_what_is_no_day(typed, deal, rep, sign_in):
    assert sign_in(rep).post(at(deal), {"until": typed}).status_code == 422


def test_another_day_takes_the_place_of_the_one_before(deal, rep):
    first = snooze_review(opportunity=deal, until=TODAY + timedelta(days=1), by=rep)
    assert snooze_review(opportunity=deal, until=TODAY + timedelta(days=1), by=rep) == first
    second = snooze_review(opportunity=deal, until=TODAY + timedelta(days=9), by=rep)
    assert list(Snooze.objects.live()) == [second]


def test_it_ends_at_a_click(deal, rep, sign_in):
    snooze = snooze_review(opportunity=deal, until=TODAY + timedelta(days=1), by=rep)
    sign_in(rep).post(reverse("feedback:snooze_end", args=[snooze.pk]))
    assert _owed(rep) == 1
    end_snooze(snooze=snooze)


def test_it_ends_when_the_review_goes_to_somebody_else(deal, rep, manager, other_rep):
    snooze_review(opportunity=deal, until=TODAY + timedelta(days=1), by=rep)
    reassign_review(opportunity=deal, to=other_rep, by=manager)
    assert not Snooze.objects.live().exists()
    snooze_review(opportunity=deal, until=TODAY + timedelta(days=1), by=other_rep)
    deal.owner = other_rep
    change_opportunity(opportunity=deal, fields=["owner"], by=manager)
    assert not Snooze.objects.live().exists()


def test_it_does_not_outlast_the_deal_being_lost_anew(deal, rep):
    snooze = snooze_review(opportunity=deal, until=TODAY + timedelta(days=5), by=rep)
    Snooze.objects.filter(pk=snooze.pk).update(at=timezone.now() - timedelta(days=9))
    assert Opportunity.objects.awake().filter(pk=deal.pk).exists()


def test_a_deal_that_owes_nothing_cannot_be_put_off(rep, sign_in):
    reviewed = make_lost("Done", owner=rep)
    make_review(reviewed, author=rep)
    assert sign_in(rep).get(at(reviewed)).status_code == 404


def test_what_is_handed_in_next_is_not_one_that_was_put_off(deal, rep, sign_in):
    other = make_lost("Next", owner=rep)
    make_review(other, author=rep, submitted=False, destination=None)
    snooze_review(opportunity=deal, until=TODAY + timedelta(days=1), by=rep)
    assert list(Opportunity.objects.owing_review().awake().for_reviewer(rep)) == [other]


def test_the_list_is_sorted_by_value_or_by_age(rep, sign_in):
    make_lost("Old and small", owner=rep, amount=10, closed_on=TODAY - timedelta(days=9))
    make_lost("New and big", owner=rep, amount=900)
    make_lost("Unknown", owner=rep, amount=None)
    client = sign_in(rep)

    def names(**query):
        return [deal.name for deal in client.get(OWED, query).context["page"]]

    assert names(sort="value") == ["New and big", "Old and small", "Unknown"]
    assert names() == names(sort="age") == names(sort="nonsense") == ["Old and small", "New and big", "Unknown"]


def test_an_exclusion_by_somebody_stands_in_the_audit_with_its_reason_and_its_end(deal, rep, admin, sign_in):
    client = sign_in(rep)
    client.post(reverse("feedback:opportunity_exclude", args=[deal.pk]), {"reason": "A duplicate"})
    exclusion = deal.exclusions.get()
    client.post(reverse("feedback:exclusion_undo", args=[exclusion.pk]))
    for kind, deed in (
        ("deal-excluded", "left out of reviews: A duplicate"),
        ("deal-counted", "no longer left out of reviews"),
    ):
        [entry] = entries(Asked(kind=kind, reader=admin), 10)[0]
        assert (entry.by, entry.deed, entry.row) == (rep, deed, str(deal))


def test_it_ends_when_an_import_gives_the_deal_to_somebody_else(rep, other_rep):
    User.objects.filter(pk=other_rep.pk).update(crm_id="Otto Other")
    deal = make_lost("Waits", owner=rep, source="crm", external_id="C1", closed_on=TODAY - timedelta(days=3))
    snooze_review(opportunity=deal, until=TODAY + timedelta(days=1), by=rep)
    rows = f"{HEADER}\nC1,Otto Other,,Acme,Lost,,{TODAY - timedelta(days=3)},1000\n"
    take(read_exports([("deals.csv", rows.encode())], ColumnMap()), Import(source="crm"))
    assert not Snooze.objects.live().exists()


def test_the_export_says_until_when(deal, rep, sign_in):
    until = TODAY + timedelta(days=3)
    snooze_review(opportunity=deal, until=until, by=rep)
    answer = sign_in(rep).get(reverse("feedback:review_owed_export"))
    head, row = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    told = dict(zip(head.split(","), row.split(","), strict=True))
    assert told["Put off until"] == str(until)
