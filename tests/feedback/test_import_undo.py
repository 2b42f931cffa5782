from datetime import date, timedelta

import pytest
from django.utils import timezone

from feedback.actions.imports import undo_import
from feedback.actions.opportunities import change_opportunity, exclude_from_reviews, reassign_review
from feedback.importing import ledger, undoing
from feedback.importing.undoing import Undo
from feedback.jobs import run_due_jobs
from feedback.models import (
    Account,
    Exclusion,
    Job,
    Opportunity,
    PreparedSection,
    Product,
    Review,
    Segment,
    Source,
    Team,
    User,
)
from tests.factories import make_lost, make_meeting, make_objection, make_opportunity, make_review, make_user
from tests.feedback.exports import ACCOUNTS, LOST, OPEN, PRODUCTS, TEAMS, WON, bring_in, deal, deals, take_back

pytestmark = pytest.mark.django_db
FILES = deals(WON, LOST, OPEN), PRODUCTS, TEAMS, ACCOUNTS


def everything():
    """All rows an import touches, as plain values."""
    tables = {
        Opportunity: ["added_at"],
        Account: [],
        Product: [],
        User: ["password", "date_joined"],
        Team: [],
        Segment: [],
        Source: [],
        Account.segments.through: ["id"],
        Review: [],
        Exclusion: [],
    }
    return {
        model.__name__: sorted(
            [{k: v for k, v in row.items() if k not in left_out} for row in model.objects.values()], key=str
        )
        for model, left_out in tables.items()
    }


def test_it_takes_back_all_that_a_first_import_made(admin):
    before = everything()
    parent = bring_in(*FILES)
    take_back(parent, admin)
    assert everything() == before
    parent.refresh_from_db()
    assert (parent.undone_by, parent.is_undoable) == (admin, False)


def test_it_puts_back_all_that_a_later_import_changed(admin):
    bring_in(*FILES)
    make_review(deal("L1"), author=admin)
    exclude_from_reviews(opportunity=deal("L1"), reason="Test deal", reminders_only=True, by=admin)
    before = everything()
    later = bring_in(
        deals(WON.replace("1054", "99"), "L1,Else,GTX Basic,Newco,Engaging,,,7", "N1,,,,Open,,,"),
        PRODUCTS.replace("4821", "5000"),
        TEAMS.replace("Dustin", "Celia"),
        ACCOUNTS.replace("retail", "finance"),
        reviews_from=date(2020, 1, 1),
    )
    assert everything() != before
    take_back(later, admin)
    assert everything() == before


def test_it_keeps_the_history_of_what_it_took_back(admin):
    bring_in(*FILES)
    later = bring_in(deals(WON.replace("1054", "99")))
    take_back(later, admin)
    assert [row.amount for row in deal("W1").history.all()] == [1054, 99, 1054]


def test_it_keeps_the_history_of_deals_it_took_back(admin):
    take_back(bring_in(*FILES), admin)
    past = Opportunity.history.filter(external_id="W1")
    assert list(past.values_list("history_type", "amount")) == [("-", 1054), ("+", 1054)]
    assert past[0].history_user == admin


def test_it_changes_nothing_the_second_time(admin):
    parent = bring_in(*FILES)
    take_back(parent, admin)
    kept = make_opportunity("By hand")
    take_back(parent, admin)
    assert Opportunity.objects.get() == kept


def test_it_can_be_imported_again(admin):
    parent = bring_in(*FILES)
    take_back(parent, admin)
    assert bring_in(*FILES).counts == "created=3 updated=0 unchanged=0 refused=0"


def rename(admin):
    row = deal("W1")
    row.name = "Renamed"
    change_opportunity(opportunity=row, fields=["name"], by=admin)


BUILT = {
    "a review": (lambda admin: make_review(deal("L1"), author=admin), "1 review on deals of this import."),
    "an objection": (
        lambda admin: make_objection(author=admin, opportunity=deal("O1")),
        "1 objection on deals of this import.",
    ),
    "an exclusion": (
        lambda admin: exclude_from_reviews(opportunity=deal("L1"), reason="Test", reminders_only=False, by=admin),
        "1 exclusion on deals of this import.",
    ),
    "an assignment": (
        lambda admin: reassign_review(opportunity=deal("L1"), to=admin, by=admin),
        "1 assignment on deals of this import.",
    ),
    "a meeting that discusses it": (
        lambda admin: make_meeting(by=admin).opportunities.add(deal("L1")),
        "1 discussion on deals of this import.",
    ),
    "another deal of an account": (
        lambda admin: make_lost(account="Cancity"),
        "1 deal on accounts of this import.",
    ),
    "a team member": (
        lambda admin: make_user("New", team=Team.objects.get()),
        "1 user on teams of this import.",
    ),
    "a deal by hand": (
        lambda admin: make_opportunity(source="crm"),
        "1 deal on sources of this import.",
    ),
    "a change by hand": (rename, "Changed since: Cancity · Renamed."),
    "a later import": (
        lambda admin: bring_in(deals(WON.replace("1054", "99"))),
        "Changed since: Cancity · GTX Basic.",
    ),
    "an activated person": (
        lambda admin: User.objects.filter(name="Moses Frase").update(is_active=True),
        "Changed since: Moses Frase.",
    ),
    "a segment by hand": (
        lambda admin: Account.objects.get(name="Isdom").segments.add(Segment.objects.get(value="retail")),
        "Changed since: Isdom.",
    ),
}


@pytest.mark.parametrize(("build", "line"), BUILT.values(), ids=BUILT)
def test_it_refuses_once_something_was_built_on_it(admin, build, line):
    parent = bring_in(*FILES)
    build(admin)
    before = everything()
    assert line in take_back(parent, admin)
    assert parent.undone_at is None
    assert everything() == before


def test_it_refuses_once_a_deal_it_lost_was_reviewed(admin):
    bring_in(deals("L1,,,,Engaging,,,"))
    later = bring_in(deals(LOST))
    make_review(deal("L1"), author=admin)
    assert take_back(later, admin) == ["Reviewed or left out of reviews since: Isdom · GTXPro."]


def test_it_archives_the_review_of_a_deal_that_was_reopened(admin):
    bring_in(*FILES)
    review = make_review(deal("L1"), author=admin)
    exclusion = exclude_from_reviews(opportunity=deal("L1"), reason="Test", reminders_only=True, by=admin)
    bring_in(deals("L1,,,,Engaging,,,"), by=admin)
    review.refresh_from_db()
    exclusion.refresh_from_db()
    assert deal("L1").closed_on is None
    assert review.archived_at is not None
    assert exclusion.undone_by == admin


def test_it_leaves_the_review_of_a_deal_whose_outcome_stays(admin):
    bring_in(*FILES)
    review = make_review(deal("L1"), author=admin)
    bring_in(deals(LOST.replace("2026-03-11", "2026-03-12")))
    review.refresh_from_db()
    assert review.archived_at is None


def test_it_refuses_once_what_a_deal_was_tied_to_is_gone(admin):
    bring_in(*FILES)
    later = bring_in(deals(OPEN.replace("GTX Pro", "GTX Basic")))
    Opportunity.objects.filter(product__name="GTX Pro").update(product=None)
    Product.objects.get(name="GTX Pro").delete()
    assert "Tied to something deleted since: No account · GTX Basic." in take_back(later, admin)


def test_it_puts_nothing_back_once_a_row_was_changed_between_looking_and_writing(admin, monkeypatch):
    parent = bring_in(*FILES)
    check = Undo.check

    def check_and_rename(undo, *arguments):
        check(undo, *arguments)
        monkeypatch.undo()
        rename(admin)

    monkeypatch.setattr(Undo, "check", check_and_rename)
    assert take_back(parent, admin) == ["Changed since: Cancity · Renamed."]
    assert deal("W1").name == "Renamed"


def test_it_is_taken_back_once_though_the_worker_dies_in_the_middle(admin, monkeypatch):
    parent, write = bring_in(*FILES), Undo.write

    def die(undo):
        write(undo)
        raise KeyboardInterrupt

    monkeypatch.setattr(Undo, "write", die)
    with pytest.raises(KeyboardInterrupt):
        take_back(parent, admin)
    assert Opportunity.objects.count() == 3
    monkeypatch.undo()
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    run_due_jobs()
    assert not Opportunity.objects.exists()


def test_it_is_queued_once(admin):
    parent = bring_in(*FILES)
    for _ in range(2):
        undo_import(parent=parent, by=admin)
    assert Job.objects.filter(kind="undo_import").count() == 1


@pytest.mark.parametrize("size", [1, 2])
def test_it_takes_back_chunk_by_chunk(admin, monkeypatch, size):
    monkeypatch.setattr(ledger, "CHUNK", size)
    monkeypatch.setattr(undoing, "CHUNK", size)
    bring_in(*FILES)
    before = everything()
    later = bring_in(deals(WON.replace("1054", "99"), LOST.replace("GTXPro", "New"), "N1,,,,Open,,,", "N2,,,,Open,,,"))
    assert take_back(later, admin) == []
    assert everything() == before


def test_taking_back_forgets_what_a_meeting_was_prepared_with(admin, leader):
    parent = bring_in(*FILES)
    meeting = make_meeting(date(2026, 3, 1), by=leader)
    PreparedSection.objects.create(meeting=meeting, section="headline", data={}, at=timezone.now())
    take_back(parent, admin)
    assert not PreparedSection.objects.exists()
