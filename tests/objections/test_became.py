"""What became of what one logged, and what one used: told, shown, used in one tap, and asked whether it helped."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.models import Notification
from objections.actions.collateral import publish_collateral
from objections.actions.content import move_request
from objections.became import ways_of
from objections.models import Objection, Usage
from objections.models.content import RequestState
from tests.factories import (
    make_collateral,
    make_lost,
    make_objection,
    make_opportunity,
    make_request,
    make_theme,
    place,
)


@pytest.fixture
def theme():
    return make_theme("No SOC 2", category="trust")


def heard(rep, theme, **fields):
    objection = make_objection("no soc 2", author=rep, **fields)
    if theme:
        place(objection, theme)
    return objection


def way(objection, user):
    row = Objection.objects.with_rows().get(pk=objection.pk)
    return ways_of([row], user)[0]


def reached(objection, user):
    return [step.name for step in way(objection, user).steps if step.on]


def now_at(objection, user):
    return [step.name for step in way(objection, user).steps if step.is_now]


def test_each_step_is_reached_in_its_turn(rep, marketer, theme):
    deal = make_opportunity(owner=rep)
    alone = heard(rep, None, opportunity=deal)
    assert (reached(alone, rep), now_at(alone, rep)) == (["Heard"], ["In a theme"])
    objection = heard(rep, theme, opportunity=deal)
    assert now_at(objection, rep) == ["Asked for"]
    make_request(by=marketer, themes=[theme])
    assert now_at(objection, rep) == ["Answer live"]
    piece = make_collateral("Security pack", owner=marketer, themes=[theme])
    assert (now_at(objection, rep), way(objection, rep).piece) == (["You used it"], piece)
    Usage.objects.create(collateral=piece, opportunity=deal, by=rep)
    assert reached(objection, rep) == ["Heard", "In a theme", "Asked for", "Answer live", "You used it"]
    assert now_at(objection, rep) == []


def test_an_answer_may_be_live_though_nobody_asked(rep, marketer, theme):
    objection = heard(rep, theme)
    make_collateral(owner=marketer, themes=[theme])
    assert reached(objection, rep) == ["Heard", "In a theme", "Answer live"]


def test_drafts_retired_pieces_and_other_peoples_uses_are_no_steps(rep, other_rep, marketer, theme):
    deal = make_opportunity(owner=rep)
    objection = heard(rep, theme, opportunity=deal)
    make_collateral("Draft", owner=marketer, themes=[theme], published=False)
    gone = make_collateral("Gone", owner=marketer, themes=[theme])
    gone.publications.update(retired_at=timezone.now(), retired_by=marketer)
    Usage.objects.create(collateral=gone, opportunity=deal, by=other_rep)
    assert reached(objection, rep) == ["Heard", "In a theme"]


def test_a_decline_says_why(rep, marketer, theme):
    objection = heard(rep, theme)
    request = make_request(by=rep, themes=[theme])
    move_request(request=request, to=RequestState.DECLINED, by=marketer, why="It is on the roadmap")
    asked = next(step for step in way(objection, rep).steps if step.name == "Asked for")
    assert (asked.on, asked.note) == (timezone.localdate(request.at), "Declined: It is on the roadmap")


def test_two_pieces_give_one_way_with_the_latest(rep, marketer, theme):
    objection = heard(rep, theme)
    first = make_collateral("First", owner=marketer, themes=[theme, make_theme("Another")])
    day = timezone.now() - timedelta(days=9)
    first.publications.update(at=day)
    second = make_collateral("Second", owner=marketer, themes=[theme])
    found = way(objection, rep)
    assert found.piece == second
    assert found.steps[3].on == timezone.localdate(day)


def test_the_page_shows_ones_own_and_bounded_queries(rep, other_rep, theme, sign_in, django_assert_max_num_queries):
    for number in range(12):
        heard(rep, theme if number % 2 else None, opportunity=make_opportunity(owner=rep))
    heard(other_rep, theme)
    heard(rep, theme, withdrawn_at=timezone.now(), withdrawn_by=rep)
    client = sign_in(rep)
    with django_assert_max_num_queries(25):
        page = client.get(reverse("objections:objection_mine"))
    assert len(page.context["ways"]) == 12
    assert {each.objection.author for each in page.context["ways"]} == {rep}


def told(user):
    return Notification.objects.filter(to=user).latest("id")


def test_a_publication_says_how_many_open_deals_raised_it(rep, marketer, theme):
    for _ in range(2):
        heard(rep, theme, opportunity=make_opportunity(owner=rep))
    heard(rep, theme, opportunity=make_lost(owner=rep))
    piece = make_collateral("Security pack", owner=marketer, themes=[theme], published=False)
    publish_collateral(collateral=piece, version=piece.versions.get(), by=marketer)
    assert told(rep).body.endswith("“Security pack” is live. You have 2 open deals that raised it.")


def test_it_does_not_speak_of_open_deals_where_there_are_none(rep, marketer, theme):
    heard(rep, theme)
    piece = make_collateral("Security pack", owner=marketer, themes=[theme], published=False)
    publish_collateral(collateral=piece, version=piece.versions.get(), by=marketer)
    assert "open deal" not in told(rep).body


@pytest.mark.parametrize(
    ("state", "title"),
    [("worked", "worked"), ("no effect", "had no effect"), ("inconclusive", "too early to say whether it worked")],
)
def test_a_result_is_told_to_who_raised_it_and_who_used_it(rep, other_rep, marketer, theme, state, title):
    heard(rep, theme)
    request = make_request("Security pack", by=marketer, themes=[theme], state=RequestState.MEASURING, owner=marketer)
    piece = make_collateral(owner=marketer, themes=[theme], request=request)
    Usage.objects.create(collateral=piece, opportunity=make_opportunity(), by=other_rep)
    move_request(request=request, to=state, by=marketer, why="Nine deals, and no harm")
    assert title in told(rep).title
    assert "you logged “no soc 2”" in told(rep).body
    assert told(other_rep).body.startswith("In a word: Nine deals, and no harm")
    assert "0 of 20 deals so far. An association, not proof." in told(other_rep).body
    assert not Notification.objects.filter(to=marketer).exists()


def test_home_offers_to_note_the_use_in_one_tap(rep, marketer, theme, sign_in):
    big = make_opportunity("Big", account="Hansa", amount=90_000, owner=rep)
    for deal in (make_opportunity("Small", amount=10, owner=rep), big):
        heard(rep, theme, opportunity=deal)
    piece = make_collateral("Security pack", owner=marketer, themes=[theme])
    client = sign_in(rep)
    page = client.get("/").content.decode()
    assert "2 open deals of yours raised it" in page
    assert "Used it on Hansa" in page
    use = reverse("objections:collateral_use", args=[piece.pk])
    assert client.post(use, {"opportunity": big.pk, "next": "/"}).url == "/"
    assert Usage.objects.get().opportunity == big
    assert "Used it on Acme" in client.get("/").content.decode()


def test_the_way_back_is_never_to_another_site(rep, marketer, theme, sign_in):
    deal = make_opportunity(owner=rep)
    piece = make_collateral(owner=marketer, themes=[theme])
    use = reverse("objections:collateral_use", args=[piece.pk])
    answer = sign_in(rep).post(use, {"opportunity": deal.pk, "next": "https://evil.example/"})
    assert answer.url == piece.get_absolute_url()


@pytest.fixture
def usage(rep, marketer, theme):
    piece = make_collateral("Security pack", owner=marketer, themes=[theme])
    return Usage.objects.create(collateral=piece, opportunity=make_opportunity(owner=rep), by=rep)


def age(usage, days):
    Usage.objects.filter(pk=usage.pk).update(at=timezone.now() - timedelta(days=days))


def test_home_asks_after_some_days_whether_it_helped(rep, usage, sign_in):
    client = sign_in(rep)
    assert "Did it help?" not in client.get("/").content.decode()
    age(usage, 4)
    assert "Did it help?" in client.get("/").content.decode()
    client.post(reverse("objections:usage_answer", args=[usage.pk]), {"helped": "partly", "next": "/"})
    assert Usage.objects.get().helped == "partly"
    assert "Did it help?" not in client.get("/").content.decode()


def test_home_asks_at_once_when_the_deal_is_closed(rep, usage, sign_in):
    usage.opportunity.outcome, usage.opportunity.closed_on = "won", timezone.localdate()
    usage.opportunity.save()
    assert "Did it help?" in sign_in(rep).get("/").content.decode()


def test_a_word_why_is_kept_and_read_masked_by_marketers(rep, marketer, usage, sign_in):
    url = reverse("objections:usage_answer", args=[usage.pk])
    sign_in(rep).post(url, {"helped": "yes", "why": "convinced their CISO Anna Novak"})
    page = usage.collateral.get_absolute_url()
    assert "convinced their CISO Anna Novak" in sign_in(rep).get(page).content.decode()
    assert "Anna Novak" not in sign_in(marketer).get(page).content.decode()


def test_an_answer_without_a_word_keeps_the_word_given_before(rep, usage, sign_in):
    url, client = reverse("objections:usage_answer", args=[usage.pk]), sign_in(rep)
    client.post(url, {"helped": "yes", "why": "short enough"})
    client.post(url, {"helped": "no"})
    assert (Usage.objects.get().helped, Usage.objects.get().why) == ("no", "short enough")


def test_no_answer_is_refused_in_words(rep, usage, sign_in):
    page = sign_in(rep).post(reverse("objections:usage_answer", args=[usage.pk]), {"why": "hm"})
    assert page.status_code == 422
    assert b"Choose yes, partly or no" in page.content
    assert b'value="hm"' in page.content
