import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_collateral, make_lost, make_objection, make_theme, make_won, place

URL = reverse("objections:theme_list")


@pytest.fixture
def today():
    return timezone.localdate()


def heard(theme, author, *deals, text="too dear"):
    for deal in deals:
        place(make_objection(text, author=author, opportunity=deal, outcome_when_heard="open"), theme)
    return theme


def names(page):
    return [row.theme.name for row in page.context["page"]]


def test_it_shows_themes_by_lost_value_and_counts_each_deal_once(rep, marketer, sign_in, today):
    twice = make_lost(amount=5000)
    heard(make_theme("Dear"), rep, twice, twice)
    heard(make_theme("Dearer"), rep, make_lost(amount=9000))

    page = sign_in(marketer).get(URL)

    assert names(page) == ["Dearer", "Dear"]
    rows = {row.theme.name: row for row in page.context["page"]}
    assert (rows["Dear"].lost.total, rows["Dear"].heard, rows["Dearer"].share) == (5000, 2, 1.0)
    assert page.context["headline"].unanswered.money.total == 14000


def test_it_hides_what_nobody_raised_until_asked(rep, sign_in):
    heard(make_theme("Dear"), rep, make_lost())
    client = sign_in(rep)

    assert names(client.get(URL)) == ["Dear"]
    unheard = names(client.get(URL, {"heard": "no"}))
    assert "Dear" not in unheard
    assert "Dearer than a rival's quote" in unheard


def test_it_explains_itself_while_nothing_was_heard(rep, sign_in):
    page = sign_in(rep).get(URL).content.decode()

    assert "No theme was heard yet" in page
    assert reverse("objections:objection_create") in page


def test_it_filters_by_answer_category_owner_state_and_words(rep, marketer, sign_in):
    deal = make_lost()
    answered = heard(make_theme("Answered"), rep, deal)
    make_collateral(owner=marketer, themes=[answered])
    heard(make_theme("Open", category="trust", owner="legal"), rep, deal)
    heard(make_theme("Gone", state="retired"), rep, deal)
    client = sign_in(rep)

    def found(**query):
        return names(client.get(URL, query))

    assert found(answer="yes") == ["Answered"]
    assert found(answer="no") == ["Open"]
    assert found(category="trust") == ["Open"]
    assert found(owner="legal") == ["Open"]
    assert found(state="retired") == ["Gone"]
    assert found(q="answ") == ["Answered"]


def test_it_sorts_by_name_voices_and_win_rate(rep, sign_in):
    lost, won = make_lost(amount=10), make_won()
    heard(make_theme("Winning"), rep, won, won, won)
    heard(make_theme("Losing"), rep, lost)
    client = sign_in(rep)

    assert names(client.get(URL, {"sort": "heard"})) == ["Winning", "Losing"]
    assert names(client.get(URL, {"sort": "name"})) == ["Losing", "Winning"]
    assert names(client.get(URL, {"sort": "win"})) == ["Losing", "Winning"]
    assert names(client.get(URL, {"sort": "nonsense"})) == ["Losing", "Winning"]


def test_it_says_counts_for_few_deals_and_a_share_for_many(rep, sign_in):
    heard(make_theme("Few"), rep, make_won(), make_lost())
    heard(make_theme("Many"), rep, *(make_won() for _ in range(5)), *(make_lost() for _ in range(15)))

    page = sign_in(rep).get(URL).content.decode()

    assert "1 of 2 won" in page
    assert "25\u00a0%" in page
    assert "n 20" in page


def test_it_quotes_the_buyers_own_short_words(rep, sign_in):
    theme = make_theme("Dear")
    place(make_objection("they went on and on " * 20, author=rep, is_quote=True), theme)
    place(make_objection("a paraphrase", author=rep), theme)
    place(make_objection("we cannot justify twice the price", author=rep, is_quote=True), theme)

    page = sign_in(rep).get(URL)

    assert [row.quote for row in page.context["page"]] == ["we cannot justify twice the price"]


def test_curators_get_one_primary_button_and_reps_none(rep, marketer, sign_in):
    assert "Build themes" in sign_in(marketer).get(URL).content.decode()
    assert "Build themes" not in sign_in(rep).get(URL).content.decode()


def test_htmx_gets_the_table_alone(rep, sign_in):
    heard(make_theme("Dear"), rep, make_lost())

    page = sign_in(rep).get(URL, headers={"HX-Request": "true"}).content.decode()

    assert "Dear" in page
    assert "<html" not in page


@pytest.mark.parametrize("themes", [3, 40])
def test_it_costs_the_same_number_of_queries_for_many_themes(
    themes, rep, marketer, sign_in, django_assert_max_num_queries
):
    for number in range(themes):
        theme = heard(make_theme(f"Theme {number}"), rep, make_lost(f"Lost {number}"), make_won(f"Won {number}"))
        make_collateral(f"Sheet {number}", owner=marketer, themes=[theme])
    client = sign_in(marketer)

    with django_assert_max_num_queries(36):
        assert len(client.get(URL).context["page"].object_list) == themes
