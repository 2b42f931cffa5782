import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.metrics import last_days
from objections.actions.content import move_request
from objections.models import Verdict
from objections.models.content import RequestState
from objections.workflow import MoveRefused
from tests.factories import (
    make_collateral,
    make_lost,
    make_objection,
    make_opportunity,
    make_request,
    make_theme,
    make_won,
    place,
)

CYCLE = 30


@pytest.fixture
def theme(company):
    return make_theme("Too dear")


@pytest.fixture
def measured(theme, marketer):
    """A request whose piece went live 200 days ago; a deal takes thirty days."""
    row = make_request(by=marketer, themes=[theme], state="measuring")
    piece = make_collateral(owner=marketer, themes=[theme], request=row)
    piece.publications.update(at=timezone.now() - timedelta(days=200))
    for number in range(3):
        day = timezone.localdate() - timedelta(days=230 + number)
        make_lost(created_on=day - timedelta(days=CYCLE), closed_on=day)
    return row


def hear(theme, rep, *, ago, won, many=1):
    for _ in range(many):
        day = timezone.localdate() - timedelta(days=ago)
        deal = (make_won if won else make_lost)(closed_on=day + timedelta(days=10), account=f"Account {ago}")
        voice = make_objection(author=rep, opportunity=deal, outcome_when_heard="open", heard_on=day)
        if theme:
            place(voice, theme)


def plenty(theme, rep):
    """Five of thirty won before, twenty-five of thirty since; of others half."""
    for ago, won in ((300, 5), (150, 25)):
        hear(theme, rep, ago=ago, won=True, many=won)
        hear(theme, rep, ago=ago, won=False, many=30 - won)
        hear(None, rep, ago=ago, won=True, many=15)
        hear(None, rep, ago=ago, won=False, many=15)


def addresses(row):
    piece, theme = row.collateral.get(), row.themes.get()
    return {
        "theme": reverse("objections:theme_impact", args=[theme.pk]),
        "collateral": reverse("objections:collateral_impact", args=[piece.pk]),
        "request": reverse("objections:request_impact", args=[row.pk]),
    }


def test_each_page_says_the_finding_its_doubt_and_that_it_is_no_proof(theme, measured, rep, sign_in):
    plenty(theme, rep)
    client = sign_in(rep)
    pages = [measured.get_absolute_url(), theme.get_absolute_url(), measured.collateral.get().get_absolute_url()]
    for address in [*pages, *addresses(measured).values()]:
        page = client.get(address).content.decode()
        assert "Won 67 points more often since it was published, beside other deals" in page
        assert "95\u00a0% between" in page
        assert "association, not proof" in page
        assert "The figures suggest that it worked. A person decides." in page
        assert reverse("feedback:definition_detail", args=["impact"]) in page


def test_it_says_how_many_deals_of_twenty_there_are_so_far(theme, measured, rep, sign_in):
    hear(theme, rep, ago=100, won=True, many=7)
    page = sign_in(rep).get(measured.collateral.get().get_absolute_url()).content.decode()
    assert "Too early to say: 7 of 20 deals so far" in page
    assert "The figures" not in page
    assert "7 of 7" in page


def test_every_figure_leads_to_its_deals(theme, measured, rep, sign_in):
    plenty(theme, rep)
    hear(theme, rep, ago=5, won=True)
    client, address = sign_in(rep), addresses(measured)["collateral"]
    for deals, count in (("after", 30), ("before", 30), ("others-after", 30), ("others-before", 30), ("left-out", 1)):
        page = client.get(address, {"deals": deals})
        assert page.context["page"].paginator.count == count
        assert f"?deals={deals}#deals" in page.content.decode()
    (_, _, why), *_ = page.context["page"].object_list
    assert why.startswith("Followed until")
    assert client.get(address, {"deals": "banana"}).status_code == 404


def test_its_times_add_up_to_its_figures(theme, measured, rep, sign_in):
    plenty(theme, rep)
    page = sign_in(rep).get(addresses(measured)["theme"])
    since = [each for each in page.context["slices"] if each.when == "since"]
    assert sum(each.theme.part for each in since) == 25
    assert sum(each.base.whole for each in page.context["slices"]) == 60


def test_its_rows_can_be_taken_away(theme, measured, rep, sign_in):
    plenty(theme, rep)
    for name in ("theme", "collateral", "request"):
        answer = sign_in(rep).get(addresses(measured)[name].rstrip("/") + ".csv")
        rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert len(rows) == 120
        assert {row["Part"] for row in rows} == {"before", "after"}


def test_what_was_never_published_has_an_empty_page(theme, marketer, sign_in):
    piece = make_collateral(owner=marketer, themes=[theme], published=False)
    page = sign_in(marketer).get(reverse("objections:collateral_impact", args=[piece.pk]))
    assert "Nothing was published yet" in page.content.decode()


@pytest.mark.parametrize("many", [1, 40])
def test_its_page_asks_the_same_few_questions_for_many_deals(
    theme, measured, rep, sign_in, django_assert_max_num_queries, many
):
    hear(theme, rep, ago=100, won=True, many=many)
    client = sign_in(rep)
    with django_assert_max_num_queries(24):
        client.get(addresses(measured)["collateral"])
    with django_assert_max_num_queries(36):
        client.get(measured.collateral.get().get_absolute_url())


@pytest.mark.parametrize("to", [RequestState.WORKED, RequestState.NO_EFFECT, RequestState.INCONCLUSIVE])
def test_a_request_is_closed_with_a_word_or_not_at_all(measured, marketer, sign_in, to):
    with pytest.raises(MoveRefused, match="Say in a word what it did"):
        move_request(request=measured, to=to, by=marketer, why="  ")
    address = reverse("objections:request_move", args=[measured.pk])
    page = sign_in(marketer).post(address, {"to": to, "why": ""})
    assert page.status_code == 422
    assert "Say what it did" in page.content.decode()
    assert "0 of 20 deals so far" in page.content.decode()
    measured.refresh_from_db()
    assert measured.state == "measuring"
    assert not Verdict.objects.exists()


def test_a_verdict_keeps_the_figures_of_its_day(theme, measured, rep, marketer, sign_in):
    hear(theme, rep, ago=100, won=True, many=7)
    sign_in(marketer).post(
        reverse("objections:request_move", args=[measured.pk]), {"to": "inconclusive", "why": "Few, but they like it"}
    )
    plenty(theme, rep)
    piece = measured.collateral.get()
    for address in (measured.get_absolute_url(), piece.get_absolute_url(), theme.get_absolute_url()):
        page = sign_in(rep).get(address).content.decode()
        assert "“Few, but they like it”" in page
        assert "Won 7 of 7 since it was published, 0 of 0 before; 7 of 20 deals so far" in page
        assert "Won 3" in page or "won 32 of 37 since" in page


def test_what_is_measured_again_has_no_verdict_until_the_next(measured, marketer):
    move_request(request=measured, to="worked", by=marketer, why="It did")
    move_request(request=measured, to="retired", by=marketer)
    move_request(request=measured, to="worked", by=marketer)
    assert [each.words for each in Verdict.objects.of_requests([measured])] == ["It did"]
    move_request(request=measured, to="measuring", by=marketer)
    assert not Verdict.objects.of_requests([measured]).exists()
    move_request(request=measured, to="no effect", by=marketer, why="It did not")
    assert [each.words for each in Verdict.objects.of_requests([measured])] == ["It did not"]


def test_the_api_says_the_same(theme, measured, rep, marketer, sign_in):
    plenty(theme, rep)
    move_request(request=measured, to="worked", by=marketer, why="It did")
    client = sign_in(rep)
    for rows, row in (("themes", theme), ("collateral", measured.collateral.get()), ("requests", measured)):
        found = client.get(f"/api/v1/{rows}/{row.pk}/").json()["impact"]
        assert (found["theme"]["after"], found["theme"]["before"]) == (
            {"won": 25, "closed": 30},
            {"won": 5, "closed": 30},
        )
        assert found["effect"]["low"] < 0.67 < found["effect"]["high"]
        assert (found["suggestion"], found["is_enough"]) == ("worked", True)
    verdict = client.get(f"/api/v1/requests/{measured.pk}/").json()["verdict"]
    assert (verdict["state"], verdict["words"], verdict["by"]["name"]) == ("worked", "It did", str(marketer))
    assert verdict["impact"]["in_short"].startswith("Won 25 of 30 since it was published, 5 of 30 before")


def test_a_deal_without_a_day_of_creation_costs_nothing(theme, measured, rep, sign_in):
    first, _ = last_days(timezone.localdate(), 100)
    place(make_objection(author=rep, opportunity=make_opportunity(), outcome_when_heard="open", heard_on=first), theme)
    assert sign_in(rep).get(addresses(measured)["theme"]).context["shown"].impact.theme.slow == 1
