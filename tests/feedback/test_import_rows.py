from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from feedback.actions.opportunities import change_opportunity
from feedback.importing import taking
from feedback.importing.column_map import ColumnMap
from feedback.importing.reading import read_exports
from feedback.importing.taking import Plan
from feedback.importing.unreadable import UnreadableFile
from feedback.models import Account, Company, Opportunity, Product, Source, Team, User
from tests.factories import make_account, make_product, make_user
from tests.feedback.exports import (
    ACCOUNTS,
    HEADER,
    LOST,
    OPEN,
    PRODUCTS,
    TEAMS,
    WON,
    bring_in,
    deal,
    deals,
    refused,
    remark,
)

pytestmark = pytest.mark.django_db


def test_it_takes_a_won_deal_with_its_account_owner_and_product(company):
    bring_in(deals(WON), PRODUCTS)
    won = deal("W1")
    assert (won.outcome, won.stage, won.amount) == ("won", "Won", Decimal(1054))
    assert (won.account.name, won.owner.name, won.product.name) == ("Cancity", "Moses Frase", "GTX Basic")
    assert (won.created_on, won.closed_on, won.currency) == (date(2026, 1, 5), date(2026, 3, 1), "EUR")


def test_it_takes_a_lost_amount_of_nothing_as_unknown_and_estimates_it_by_the_list_price(company):
    parent = bring_in(deals(LOST), PRODUCTS)
    assert (deal("L1").amount, deal("L1").amount_estimate) == (None, Decimal(4821))
    assert remark(parent, "is 0: taken as unknown").rows == 1


def test_it_keeps_the_amount_of_nothing_of_a_won_deal(company):
    bring_in(deals(WON.replace("1054", "0")), PRODUCTS)
    assert (deal("W1").amount, deal("W1").amount_estimate) == (Decimal(0), None)


def test_it_estimates_no_deal_in_another_currency(company):
    bring_in(deals(f"{LOST},USD", header=f"{HEADER},currency"), PRODUCTS)
    assert (deal("L1").currency, deal("L1").amount_estimate) == ("USD", None)


def test_it_takes_open_deals_without_dates_amount_or_account(company):
    parent = bring_in(deals(OPEN), PRODUCTS)
    taken = deal("O1")
    assert (taken.account, taken.created_on, taken.closed_on, taken.amount_estimate) == (None, None, None, 4821)
    assert remark(parent, "without an account").rows == 1


def test_it_leaves_out_the_expected_closing_day_of_an_open_deal(company):
    parent = bring_in(deals("O1,,,,Engaging,2026-01-01,2027-01-01,5"))
    assert deal("O1").closed_on is None
    assert remark(parent, "only expected").rows == 1


def test_it_matches_names_without_regard_to_case_and_spaces_and_says_so_once(company):
    parent = bring_in(deals(LOST, LOST.replace("L1", "L2")), PRODUCTS)
    assert deal("L1").product.name == "GTX Pro"
    said = remark(parent, "“GTXPro” read as the product “GTX Pro”")
    assert (said.level, said.rows, said.line) == ("noted", 2, 2)


def test_it_only_suggests_a_looser_match(company):
    parent = bring_in(deals(WON.replace("GTX Basic", "GTX Basics")), PRODUCTS)
    assert deal("W1").product.name == "GTX Basics"
    assert remark(parent, "Did you mean “GTX Basic”?").level == "suggested"


def test_it_makes_owners_inactive_people_of_their_managers_team(company):
    bring_in(deals(WON), TEAMS)
    owner = deal("W1").owner
    assert (owner.is_active, owner.has_usable_password(), owner.crm_id) == (False, False, "Moses Frase")
    assert (owner.team.name, owner.team.manager.name) == ("Dustin Brinkmann's team", "Dustin Brinkmann")


def test_it_uses_the_person_who_is_there_already(company):
    known = make_user("moses  frase")
    bring_in(deals(WON), TEAMS)
    known.refresh_from_db()
    assert deal("W1").owner == known
    assert known.is_active
    assert known.team.name == "Dustin Brinkmann's team"


def test_it_leaves_active_people_in_the_team_they_have(rep):
    rep.name = "Moses Frase"
    rep.save()
    parent = bring_in(deals(WON), TEAMS)
    rep.refresh_from_db()
    assert rep.team.name == "North"
    assert remark(parent, "stay in the team they have").rows == 1


def test_it_chooses_nobody_among_namesakes(company):
    make_user("Moses Frase")
    make_user("Moses Frase")
    parent = bring_in(deals(WON))
    assert deal("W1").owner is None
    assert remark(parent, "Several people are called “Moses Frase”").rows == 1


def test_it_gives_two_people_of_like_names_usernames_of_their_own(company):
    bring_in(deals(WON.replace("Moses Frase", "Zoë Li"), LOST.replace("Darcel Schlecht", "Zoe-Li")))
    assert sorted(User.objects.values_list("username", flat=True)) == ["zoe.li", "zoe.li.2"]


def test_it_puts_accounts_into_segments(company):
    bring_in(deals(WON), ACCOUNTS)
    segments = {(s.dimension, s.value) for s in Account.objects.get(name="Cancity").segments.all()}
    assert segments == {("industry", "retail"), ("region", "United States"), ("size band", "1,000–4,999")}


def test_it_moves_an_account_to_the_segment_a_later_file_names(company):
    bring_in(ACCOUNTS)
    bring_in(ACCOUNTS.replace("Cancity,retail,2448", "Cancity,finance,10"))
    values = {s.value for s in Account.objects.get(name="Cancity").segments.all()}
    assert values == {"finance", "United States", "1–49"}


def test_it_suggests_a_close_segment_and_keeps_the_one_typed(company):
    bring_in(ACCOUNTS.replace("retail", "technology"))
    parent = bring_in("account,sector\nNewco,technolgy\n")
    assert Account.objects.get(name="Newco").segments.get().value == "technolgy"
    assert remark(parent, "Did you mean “technology”?").level == "suggested"


def test_it_changes_a_product_that_a_later_file_prices_anew_and_the_estimates_with_it(company):
    bring_in(deals(LOST), PRODUCTS)
    parent = bring_in(PRODUCTS.replace("4821", "5000"), "opportunity_id,deal_stage\nL1,Lost\n")
    assert Product.objects.get(name="GTX Pro").list_price == 5000
    assert (deal("L1").amount_estimate, parent.updated) == (5000, 1)


def test_it_owes_reviews_from_90_days_before_the_newest_close(company):
    bring_in(deals(WON, LOST))
    assert Source.objects.get(name="crm").reviews_from == date(2025, 12, 11)
    assert Opportunity.objects.owing_review().get().external_id == "L1"


def test_it_keeps_the_cut_off_of_the_first_import_unless_told_otherwise(company):
    bring_in(deals(LOST))
    bring_in(deals(LOST.replace("2026-03-11", "2026-10-11")))
    assert Source.objects.get(name="crm").reviews_from == date(2025, 12, 11)
    bring_in(deals(LOST), reviews_from=date(2026, 1, 1))
    assert Source.objects.get(name="crm").reviews_from == date(2026, 1, 1)


def test_it_lets_no_day_to_come_move_the_cut_off(company):
    parent = bring_in(deals(LOST, WON.replace("2026-03-01", "2199-03-01")))
    assert Source.objects.get(name="crm").reviews_from == date(2025, 12, 11)
    assert remark(parent, "still to come").rows == 1


SPOILT = {
    "an impossible day": ("L1,,,,Lost,2026-02-01,2026-02-30,0", "close_date", "“2026-02-30” is not a date."),
    "a day of another age": ("L1,,,,Lost,,0202-02-20,0", "close_date", "“0202-02-20” is not a possible date."),
    "closed before created": ("L1,,,,Lost,2026-02-01,2026-01-01,0", "close_date", "before it was created"),
    "no closing day": ("L1,,,,Lost,2026-02-01,,0", "close_date", "needs the day it was closed"),
    "a day both ways": ("L1,,,,Lost,,03/04/2026,0", "close_date", "could be read both ways"),
    "an unknown stage": ("L1,,,,Vanished,,2026-01-01,0", "deal_stage", "Say in a map whether it is open"),
    "no stage": ("L1,,,,,,2026-01-01,0", "deal_stage", "needs a stage"),
    "a negative amount": ("L1,,,,Lost,,2026-01-01,-5", "close_value", "“-5” is negative."),
    "no amount at all": ("L1,,,,Lost,,2026-01-01,lots", "close_value", "“lots” is not an amount."),
    "an amount both ways": ("L1,,,,Lost,,2026-01-01,1.234", "close_value", "could be read both ways"),
    "too large an amount": (f"L1,,,,Lost,,2026-01-01,{'9' * 30}", "close_value", "is too large."),
    "too long a name": (f"L1,,,{'x' * 201},Lost,,2026-01-01,1", "account", "at most 200 characters"),
    "too long a stage": (f"L1,,,,{'x' * 81},,2026-01-01,1", "deal_stage", "at most 80 characters"),
    "no id": (",,,,Lost,,2026-01-01,1", "opportunity_id", "The row has no id."),
    "too few columns": ("L1,,,Lost", "", "The row has 4 columns, the header 8."),
    "too many columns": (f"{LOST},more", "", "The row has 9 columns, the header 8."),
    "an open quote": ('L1,"Darcel,,,Lost,,2026-01-01,1', "", "quotes in this row do not close"),
    "a zero byte": ("L1,\0,,,Lost,,2026-01-01,1", "sales_agent", "Null characters are not allowed."),
}


@pytest.mark.parametrize(("row", "column", "reason"), SPOILT.values(), ids=SPOILT)
def test_it_refuses_a_spoilt_row_alone(company, row, column, reason):
    parent = bring_in(deals(WON, row, OPEN))
    [(file, line, said_column, text)] = refused(parent)
    assert (file, line, said_column) == ("1.csv", 3, column)
    assert reason in text
    assert (parent.created, parent.refused) == (2, 1)


def test_it_refuses_the_later_of_two_rows_with_one_id_and_names_the_first(company):
    parent = bring_in(("a.csv", deals(WON, LOST)), ("b.csv", deals(OPEN, WON)))
    assert refused(parent) == [("b.csv", 3, "opportunity_id", "“W1” was on line 2 of a.csv already.")]


def test_it_refuses_repeated_rows_of_people_products_and_accounts(company):
    parent = bring_in(PRODUCTS + "gtxpro,,1\n", TEAMS + "Moses  Frase,Else,\n", ACCOUNTS + "CANCITY,x,1,y\n")
    assert [(line, column) for _, line, column, _ in refused(parent)] == [
        (4, "product"),
        (3, "sales_agent"),
        (4, "account"),
    ]
    assert Product.objects.get(name="GTX Pro").list_price == 4821


def test_it_makes_nothing_for_a_refused_row(company):
    bring_in(deals("L1,Nobody,Nothing,Nowhere,Lost,2026-02-01,2026-01-01,1", "L2,Nobody,Nothing,Nowhere,Lost,,,1"))
    made = [Account.objects.exists(), Product.objects.exists(), User.objects.exists(), Team.objects.exists()]
    assert made == [False] * 4


def test_it_changes_nothing_the_second_time(company):
    files = deals(WON, LOST, OPEN), PRODUCTS, TEAMS, ACCOUNTS
    bring_in(*files)
    again = bring_in(*files)
    assert again.counts == "created=0 updated=0 unchanged=3 refused=0"
    assert not again.changes.exists()


def test_it_changes_only_what_a_later_file_says_differently(company):
    bring_in(deals(WON, LOST), PRODUCTS)
    again = bring_in("opportunity_id,close_value\nW1,2000\nL1,\n")
    assert again.counts == "created=0 updated=1 unchanged=1 refused=0"
    assert (deal("W1").amount, deal("W1").account.name, deal("W1").stage) == (2000, "Cancity", "Won")
    assert deal("W1").history.count() == 2


def test_it_lets_no_blank_cell_erase_what_is_known(company):
    bring_in(deals("L1,Ann,GTX,Isdom,Engaging,2026-01-01,,900"))
    bring_in(deals("L1,,,,Lost,,2026-03-01,0"))
    lost = deal("L1")
    assert (lost.amount, lost.account.name, lost.owner.name, lost.created_on) == (900, "Isdom", "Ann", date(2026, 1, 1))


def test_it_follows_one_source_per_name_whatever_its_case(company):
    bring_in(deals(WON), source="CRM")
    assert bring_in(deals(WON), source="crm").unchanged == 1


def test_it_names_a_deal_after_its_product_unless_it_has_a_name(company):
    bring_in(deals(WON, "N1,,,,Open,,,"), ("n.csv", "Deal ID,Deal name,Deal stage\nN2,Shelves,Open\n"))
    assert [deal(pk).name for pk in ("W1", "N1", "N2")] == ["GTX Basic", "Deal N1", "Shelves"]


def test_it_keeps_known_accounts_and_products(company):
    account, product = make_account("can city"), make_product("gtx basic")
    bring_in(deals(WON))
    assert (deal("W1").account, deal("W1").product) == (account, product)


def test_it_costs_the_same_number_of_queries_for_more_deals(company, django_assert_max_num_queries):
    rows = [f"D{n},Ann {n},P{n},Acc {n},Lost,2026-01-01,2026-02-01,0" for n in range(60)]
    with django_assert_max_num_queries(56):
        bring_in(deals(*rows), PRODUCTS, TEAMS, ACCOUNTS)
    changed = [row.replace("2026-02-01", "2026-02-02") for row in rows]
    with django_assert_max_num_queries(40):
        assert bring_in(deals(*changed)).updated == 60


CELLS = st.text(max_size=40) | st.from_regex(r"[-+]?[0-9.,/€$ ]{0,12}") | st.sampled_from(["Lost", "Won", "2026-01-02"])


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(cells=st.lists(CELLS, min_size=8, max_size=8), broken=st.booleans())
def test_it_survives_any_text_in_any_cell(company, cells, broken):
    Company.objects.get()
    quoted = [cell if broken else '"{}"'.format(cell.replace('"', '""')) for cell in cells]
    data = deals(WON, ",".join(quoted)).encode("utf-8", "replace")
    parent = bring_in(data, PRODUCTS)
    assert parent.refused + parent.created + parent.updated + parent.unchanged >= 1


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300) | st.binary(max_size=80).map(lambda tail: b"PK\x03\x04" + tail))
def test_it_survives_any_bytes_for_a_file(company, data):
    with pytest.raises(UnreadableFile):
        read_exports([("x.csv", data)], ColumnMap())


@pytest.mark.parametrize(
    ("header", "row"),
    [("id,product", "O1,Unpriced"), ("id,currency", "O1,USD")],
    ids=["product", "currency"],
)
def test_it_drops_the_estimate_of_another_product_or_currency(company, header, row):
    bring_in(deals(OPEN), PRODUCTS)
    assert deal("O1").amount_estimate == 4821
    bring_in(deals(f"{row},Open", header=f"{header},stage"))
    assert deal("O1").amount_estimate is None


def test_it_plans_again_what_was_changed_between_planning_and_writing(company, admin, monkeypatch):
    bring_in(deals(WON))
    make_plan = Plan.__init__

    def be_quicker(plan, *arguments):
        make_plan(plan, *arguments)
        monkeypatch.undo()
        row = deal("W1")
        row.amount = 7
        change_opportunity(opportunity=row, fields=["amount"], by=admin)

    monkeypatch.setattr(Plan, "__init__", be_quicker)
    parent = bring_in(deals(WON))
    assert (parent.counts, deal("W1").amount) == ("created=0 updated=1 unchanged=0 refused=0", 1054)


def test_it_plans_under_the_lock_when_somebody_is_always_quicker(company, monkeypatch):
    outside, standings = taking.PLANS_OUTSIDE, iter(range(99))
    monkeypatch.setattr(taking, "standing", lambda deals: min(next(standings), 2 * outside))
    assert bring_in(deals(WON)).created == 1
    assert deal("W1").history.count() == 1


def test_it_writes_no_deal_and_no_name_on_a_dry_run(company):
    with CaptureQueriesContext(connection) as queries:
        bring_in(deals(WON, LOST), PRODUCTS, TEAMS, ACCOUNTS, dry_run=True)
    writes = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert all("feedback_import" in sql for sql in writes)
    assert writes
