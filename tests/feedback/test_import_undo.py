from datetime import date

import pytest

from feedback.actions.imports import undo_import
from feedback.actions.opportunities import change_opportunity, exclude_from_reviews, reassign_review
from feedback.importing.undoing import StandsOnIt
from feedback.models import Account, Exclusion, Opportunity, Product, Review, Segment, Source, Team, User
from tests.factories import make_lost, make_meeting, make_objection, make_opportunity, make_review, make_user
from tests.feedback.exports import ACCOUNTS, LOST, OPEN, PRODUCTS, TEAMS, WON, bring_in, deal, deals

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
    undo_import(parent=parent, by=admin)
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
    undo_import(parent=later, by=admin)
    assert everything() == before


def test_it_keeps_the_history_of_what_it_took_back(admin):
    bring_in(*FILES)
    later = bring_in(deals(WON.replace("1054", "99")))
    undo_import(parent=later, by=admin)
    assert [row.amount for row in deal("W1").history.all()] == [1054, 99, 1054]


def test_it_changes_nothing_the_second_time(admin):
    parent = bring_in(*FILES)
    undo_import(parent=parent, by=admin)
    kept = make_opportunity("By hand")
    undo_import(parent=parent, by=admin)
    assert Opportunity.objects.get() == kept


def test_it_can_be_imported_again(admin):
    parent = bring_in(*FILES)
    undo_import(parent=parent, by=admin)
    assert bring_in(*FILES).counts == "created=3 updated=0 unchanged=0 refused=0"


def rename(admin):
    row = deal("W1")
    row.name = "Renamed"
    change_opportunity(opportunity=row, by=admin)


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
    "a meeting": (
        lambda admin: make_meeting(by=admin).opportunities.add(deal("L1")),
        "1 meeting on deals of this import.",
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
    with pytest.raises(StandsOnIt) as refusal:
        undo_import(parent=parent, by=admin)
    assert line in refusal.value.lines
    assert everything() == before


def test_it_refuses_once_a_deal_it_lost_was_reviewed(admin):
    bring_in(deals("L1,,,,Engaging,,,"))
    later = bring_in(deals(LOST))
    make_review(deal("L1"), author=admin)
    with pytest.raises(StandsOnIt, match="Reviewed or left out of reviews since: "):
        undo_import(parent=later, by=admin)


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
    with pytest.raises(StandsOnIt, match="Tied to something deleted since: No account · GTX Basic."):
        undo_import(parent=later, by=admin)
