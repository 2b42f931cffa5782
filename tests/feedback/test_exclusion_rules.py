from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from feedback.actions.exclusion_rules import change_rule, delete_rule, end_rule, make_rule, start_rule
from feedback.metrics import coverage
from feedback.models import ExclusionRule, Opportunity, Segment
from tests.factories import make_lost, make_product, make_review, make_team, make_user, make_won

DAY = date(2026, 3, 10)


@pytest.fixture
def deal(company):
    segment = Segment.objects.create(dimension="region", value="North")
    owner = make_user("Olga", team=make_team("Renewals"))
    product = make_product("Widget")
    fields = {"stage": "Duplicate", "lead_source": "Renewal", "amount": 500, "closed_on": DAY, "source": "crm"}
    deal = make_lost("Meets all", owner=owner, product=product, **fields)
    deal.account.segments.add(segment)
    return deal


def started(admin, **conditions):
    rule = make_rule(rule=ExclusionRule(reason="Not worth asking", **conditions), by=admin)
    start_rule(rule=rule, by=admin)
    return rule


def owed():
    return sorted(deal.name for deal in Opportunity.objects.owing_review())


CONDITIONS = {
    "source": lambda deal: {"source": deal.source},
    "lead source": lambda deal: {"lead_source": "Renewal"},
    "product": lambda deal: {"product": deal.product},
    "segment": lambda deal: {"segment": deal.account.segments.get()},
    "team": lambda deal: {"team": deal.owner.team},
    "stage": lambda deal: {"stage": "Duplicate"},
    "amount": lambda deal: {"amount_below": 501},
    "closed before": lambda deal: {"closed_before": date(2026, 3, 11)},
    "all at once": lambda deal: (
        {name: value for each in list(CONDITIONS.values())[:8] for name, value in each(deal).items()}
        | {"closed_from": DAY}
    ),
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_it_leaves_out_what_meets_the_condition_and_no_other(condition, deal, admin):
    make_lost("Meets none", account="Other", amount=501, closed_on=date(2026, 3, 11))
    make_lost("Has nothing", account=None, amount=None, closed_on=date(2026, 3, 11))
    started(admin, **CONDITIONS[condition](deal))
    assert owed() == ["Has nothing", "Meets none"]


def test_all_conditions_must_be_met(deal, admin):
    started(admin, stage="Duplicate", amount_below=500)
    started(admin, stage="Duplicate", closed_from=date(2026, 3, 11))
    assert owed() == ["Meets all"]


def test_an_amount_that_is_unknown_or_elsewhere_is_below_nothing(company, admin):
    make_lost("Unknown", amount=None)
    make_lost("Estimated", amount=None, amount_estimate=5)
    make_lost("Dollars", amount=5, currency="USD")
    started(admin, amount_below=100)
    assert owed() == ["Dollars", "Unknown"]


def test_a_draft_and_an_ended_rule_leave_nothing_out(deal, admin, leader):
    rule = make_rule(rule=ExclusionRule(reason="Twice", stage="Duplicate"), by=admin)
    assert owed() == ["Meets all"]
    start_rule(rule=rule, by=admin)
    start_rule(rule=rule, by=leader)
    assert owed() == []
    rule.refresh_from_db()
    assert rule.started_by == admin
    assert not change_rule(rule=rule, fields=["stage"])
    assert not delete_rule(rule=rule)
    end_rule(rule=rule, by=leader)
    end_rule(rule=rule, by=admin)
    rule.refresh_from_db()
    assert (rule.ended_by, owed()) == (leader, ["Meets all"])


def test_leaving_out_of_reminders_keeps_it_owed(deal, admin):
    started(admin, stage="Duplicate", reminders_only=True)
    assert owed() == ["Meets all"]
    assert not Opportunity.objects.owing_review().to_remind().exists()
    assert coverage(Opportunity.objects.all()).by_rule == 0


def test_coverage_says_how_many_a_rule_left_out(deal, rep, admin, django_assert_num_queries):
    make_review(make_lost(), author=rep)
    make_won(stage="Duplicate")
    started(admin, stage="Duplicate")
    with django_assert_num_queries(2):
        found = coverage(Opportunity.objects.all())
    assert (found.lost, found.asked, found.by_rule, found.not_asked) == (2, 1, 1, 1)


def test_the_deal_says_why_no_review_is_due(deal, admin, sign_in):
    client = sign_in(admin)
    rule = started(admin, stage="Duplicate")
    page = client.get(deal.get_absolute_url()).content.decode()
    assert "No review is due: Not worth asking" in page
    end_rule(rule=rule, by=admin)
    started(admin, stage="Duplicate", reminders_only=True)
    assert "Left out of reminders by rule: Not worth asking" in client.get(deal.get_absolute_url()).content.decode()


def test_an_admin_sees_what_it_takes_before_it_holds(deal, admin, sign_in):
    make_lost("Other")
    client, new = sign_in(admin), reverse("feedback:exclusion_rule_create")
    answers = {"reason": "Twice in the CRM", "stage": "Duplicate"}
    page = client.post(new, answers, follow=True)
    assert "It would leave out 1 of 2 lost deals, €\u00a0500" in page.content.decode()
    assert "1 of them owes a review now" in page.content.decode()
    assert owed() == ["Meets all", "Other"]
    rule = ExclusionRule.objects.get()
    client.post(reverse("feedback:exclusion_rule_edit", args=[rule.pk]), answers | {"amount_below": "400"})
    assert "leave out 0 of 2" in client.get(rule.get_absolute_url()).content.decode()
    client.post(reverse("feedback:exclusion_rule_edit", args=[rule.pk]), answers)
    client.post(reverse("feedback:exclusion_rule_start", args=[rule.pk]))
    assert owed() == ["Other"]
    assert client.post(reverse("feedback:exclusion_rule_edit", args=[rule.pk]), answers).status_code == 404
    client.post(reverse("feedback:exclusion_rule_end", args=[rule.pk]))
    assert owed() == ["Meets all", "Other"]


def test_a_rule_without_a_condition_is_refused(company, admin, sign_in):
    page = sign_in(admin).post(
        reverse("feedback:exclusion_rule_create"), {"reason": "All", "closed_from": "2026-01-01"}
    )
    assert page.status_code == 422
    assert "Choose at least one condition" in page.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_rule(rule=ExclusionRule(reason="All"), by=admin)


def test_the_list_costs_the_same_however_many_rules(admin, sign_in, django_assert_max_num_queries):
    for n in range(30):
        started(admin, stage=f"Stage {n}", team=make_team(f"Team {n}"))
    with django_assert_max_num_queries(32):
        page = sign_in(admin).get(reverse("feedback:exclusion_rule_list"))
    assert "Stage 29" in page.content.decode()
