from datetime import date, timedelta

from django.utils import timezone

from objections.metrics import final_stage_top_four, late_stages, loop_time, share_in_theme, voices_by_month
from objections.models import Objection, Publication
from tests.factories import make_collateral, make_objection, make_opportunity, make_theme, place

TODAY = date(2026, 11, 22)


def test_it_counts_voices_by_month(rep, django_assert_num_queries):
    price, quiet = make_theme("Price"), make_theme("Quiet")
    for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 3, 2), date(2026, 4, 1)):
        place(make_objection(author=rep, heard_on=day), price)
    months = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]

    with django_assert_num_queries(1):
        found = voices_by_month([price, quiet], months)

    assert found == {price.pk: [2, 0, 1]}


def test_it_shares_out_voices_in_a_theme(rep):
    place(make_objection(author=rep), make_theme())
    make_objection(author=rep)
    place(make_objection(author=rep, withdrawn_at=timezone.now(), withdrawn_by=rep), make_theme("Other"))
    found = share_in_theme(Objection.objects.all())
    assert (found.part, found.whole) == (1, 2)


def hear(stage, *, by, age, theme=None, deal=None, heard_on=TODAY):
    deal = deal or make_opportunity(created_on=heard_on - timedelta(days=age))
    objection = make_objection(author=by, opportunity=deal, stage=stage, heard_on=heard_on)
    if theme:
        place(objection, theme)
    return deal


def test_it_finds_late_stages_by_the_age_of_their_deals(rep):
    for stage, age in [("Demo", 20), ("Proposal", 60), ("Discovery", 3), ("Negotiation", 90), ("Verbal", 100)]:
        hear(stage, by=rep, age=age)
    assert late_stages((TODAY - timedelta(days=9), TODAY)) == ["Negotiation", "Verbal"]


def test_it_orders_stages_by_the_median_whatever_single_deals_do(rep, django_assert_num_queries):
    ages = {"Demo": [5, 6, 900], "Proposal": [10, 12, 14, 16], "Verbal": [13, 13, 13], "Trial": [1, 30]}
    for stage, days in ages.items():
        for age in days:
            hear(stage, by=rep, age=age)
    with django_assert_num_queries(1):
        assert late_stages((TODAY, TODAY)) == ["Verbal", "Trial"]  # medians 6, 13, 13, 15.5; alike, the name decides


def test_it_ranks_themes_of_the_last_stages_by_distinct_deals(rep, marketer, django_assert_num_queries):
    price, trust, early = make_theme("Price"), make_theme("Trust"), make_theme("Early")
    make_collateral(owner=marketer, themes=[trust])
    talkative = hear("Negotiation", by=rep, age=90, theme=price)
    for _ in range(3):
        hear("Negotiation", by=rep, age=90, theme=price, deal=talkative)
    hear("Negotiation", by=rep, age=90, theme=trust)
    hear("Negotiation", by=rep, age=90, theme=trust)
    hear("Negotiation", by=rep, age=90, theme=early, heard_on=TODAY - timedelta(days=90))
    hear("Discovery", by=rep, age=2, theme=early)
    hear("Demo", by=rep, age=10, theme=early)

    with django_assert_num_queries(5):
        found = final_stage_top_four(TODAY)

    assert [(each.theme, each.deals, each.answer.key) for each in found] == [
        (trust, 2, "published"),
        (price, 1, "none"),
    ]


def test_it_has_no_top_four_before_anything_was_heard(company):
    assert final_stage_top_four(TODAY) == []


def test_it_times_the_loop_from_first_heard_to_first_answer(rep, marketer):
    days = {"Slow": 30, "Quick": 10, "Ready before": -5}
    for name, wait in days.items():
        theme = make_theme(name)
        collateral = make_collateral(name, owner=marketer, themes=[theme])
        live = timezone.now().replace(year=2026, month=3, day=15, hour=12)
        Publication.objects.filter(collateral=collateral).update(at=live)
        first = date(2026, 3, 15) - timedelta(days=wait)
        place(make_objection(author=rep, heard_on=first + timedelta(days=2)), theme)
        place(make_objection(author=rep, heard_on=first), theme)

    found = loop_time((date(2026, 3, 1), date(2026, 3, 31)))

    assert (found.days, found.n, found.ready_before) == (20, 2, 1)
    assert loop_time((date(2026, 4, 1), date(2026, 4, 30))).days is None
