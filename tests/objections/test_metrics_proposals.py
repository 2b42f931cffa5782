from datetime import date, timedelta

import pytest

from feedback.jobs import queue_job
from feedback.metrics import last_year
from objections.metrics import value_of_proposals
from objections.models import Build, Proposal
from tests.factories import make_lost, make_objection, make_theme, make_won, place

TODAY = date.today()


@pytest.fixture
def propose(marketer):
    build = Build.objects.create(job=queue_job(kind="build_themes"), by=marketer)

    def make(kind, voices=(), **fields):
        proposal = Proposal.objects.create(build=build, kind=kind, why="alike", **fields)
        proposal.objections.set(voices)
        return proposal

    return make


def value(*proposals):
    return {pk: (money.total, money.deals) for pk, money in value_of_proposals(proposals, last_year(TODAY)).items()}


def test_each_lost_deal_counts_once_however_often_it_was_heard(propose, rep):
    deal, other = make_lost(amount=100), make_lost(amount=100)
    voices = [make_objection(f"{n}", author=rep, opportunity=d) for n, d in enumerate((deal, deal, other))]
    proposal = propose("new", voices, name="Parking")

    assert value(proposal) == {proposal.pk: (200, 2)}


def test_won_and_older_deals_withdrawn_voices_and_voices_without_a_deal_are_left_out(propose, rep):
    deals = [make_won(amount=1), make_lost(amount=1, closed_on=TODAY - timedelta(days=800)), None]
    voices = [make_objection(f"{n}", author=rep, opportunity=deal) for n, deal in enumerate(deals)]
    gone = make_objection(
        "gone", author=rep, opportunity=make_lost(), withdrawn_at="2026-01-01T00:00Z", withdrawn_by=rep
    )

    assert value(propose("move", [*voices, gone], theme=make_theme())) == {}


def test_a_merge_is_worth_what_was_lost_on_either_theme_each_deal_once(propose, rep):
    theme, into, apart = make_theme("Costly"), make_theme("Price"), make_theme("Apart")
    both, one, elsewhere = make_lost(amount=100), make_lost(amount=10), make_lost(amount=5)
    for number, (deal, where) in enumerate([(both, theme), (both, into), (one, into), (elsewhere, apart)]):
        place(make_objection(f"{number}", author=rep, opportunity=deal), where)
    merge = propose("merge", theme=theme, into=into)

    assert value(merge) == {merge.pk: (110, 2)}


def test_it_takes_two_queries_for_many(propose, rep, django_assert_num_queries):
    proposals = [propose("merge", theme=make_theme(f"A{n}"), into=make_theme(f"B{n}")) for n in range(3)]
    proposals += [propose("new", [make_objection(author=rep, opportunity=make_lost())], name=f"N{n}") for n in range(3)]

    with django_assert_num_queries(2):
        assert len(value(*proposals)) == 3
