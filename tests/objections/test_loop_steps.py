"""How long the steps of the loop take over the company, and what still waits in them."""

import csv
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from feedback import figures
from feedback.metrics import last_months
from feedback.models import Definition, Notification
from objections.actions.merges import merge_themes, undo_merge
from objections.metrics import STEPS, Chain, Moment, chains, company_chains, loop_time, spread, step_times
from objections.models import Placement, Publication, Theme, Usage, Verdict
from tests.factories import make_collateral, make_objection, make_opportunity, make_request, make_theme, place

PAGE, EXPORT = reverse("objections:theme_loop"), reverse("objections:theme_loop_export")
TODAY = date(2026, 11, 18)
FIRST = date(2026, 1, 1)
STEP = {step.key: step for step in STEPS}


def noon(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def walk(name, begins, waits, *, rep, marketer, theme=None):
    """A theme whose moments come `waits` days apart from `begins` on, as many as there are waits."""
    theme = theme or make_theme(name)
    days = [begins + timedelta(days=sum(waits[:n])) for n in range(len(waits) + 1)]
    voice = place(make_objection(author=rep, heard_on=days[0]), theme)
    if len(days) > 1:
        Placement.objects.filter(pk=voice.pk).update(at=noon(days[1]))
    if len(days) > 2:
        state = "in production" if len(days) == 3 else "worked"
        request = make_request(by=rep, themes=[theme], at=noon(days[2]), state=state)
    if len(days) > 3:
        piece = make_collateral(name, owner=marketer, themes=[theme], request=request)
        piece.publications.update(at=noon(days[3]))
    if len(days) > 4:
        key = f"publication-{piece.publications.get().pk}"
        news = Notification.objects.create(to=rep, key=key, title="Live", url="/")
        Notification.objects.filter(pk=news.pk).update(at=noon(days[4]))
    if len(days) > 5:
        Usage.objects.create(collateral=piece, opportunity=make_opportunity(owner=rep), by=rep, at=noon(days[5]))
    if len(days) > 6:
        move = request.moves.create(
            from_state="measuring", to_state="worked", why="They ask no more", by=marketer, at=noon(days[6])
        )
        Verdict.objects.create(move=move)
    return theme


def by_step(found=None, today=TODAY):
    times = step_times(company_chains() if found is None else found, today)
    return {step.step.key: step for step in times.steps}


def test_each_step_is_timed_in_the_month_in_which_it_ended(rep, marketer):
    walk("One", date(2026, 8, 1), [2, 10, 20, 0, 5, 30], rep=rep, marketer=marketer)
    walk("Two", date(2026, 8, 3), [0, 20, 30, 0, 7, 10], rep=rep, marketer=marketer)

    found = by_step()

    assert {key: (step.year.n, step.year.median) for key, step in found.items()} == {
        "heard-published": (2, 41),
        "heard-themed": (2, 1),
        "themed-requested": (2, 15),
        "requested-published": (2, 25),
        "published-told": (2, 0),
        "told-used": (2, 6),
        "used-result": (2, 20),
    }
    months = dict(zip(last_months(TODAY, 12), found["requested-published"].by_month, strict=True))
    assert (months[date(2026, 9, 1)].n, months[date(2026, 9, 1)].median) == (2, 25)
    assert sum(spread.n for spread in months.values()) == 2
    assert found["themed-requested"].recent.n == 1  # the other ended more than 91 days ago


def test_its_whole_is_the_loop_time_of_the_themes_page(rep, marketer):
    walk("One", date(2026, 8, 1), [2, 10, 20], rep=rep, marketer=marketer)
    walk("Two", date(2026, 8, 3), [0, 20, 31], rep=rep, marketer=marketer)
    period = (date(2025, 12, 1), TODAY)
    loop, whole = loop_time(period), by_step()["heard-published"].year
    assert (loop.days, loop.n) == (whole.median, whole.n) == (41.5, 2)


def test_days_are_those_of_the_company_not_of_who_looks(rep, marketer, company):
    company.time_zone = "Pacific/Auckland"
    company.save()
    theme = walk("Late", date(2026, 8, 1), [0, 1], rep=rep, marketer=marketer)
    theme.requests.update(at=datetime(2026, 8, 3, 22, tzinfo=UTC))
    (chain,) = company_chains()
    assert chain.on[Moment.REQUESTED] == date(2026, 8, 4)


def test_what_came_the_other_way_round_is_counted_apart(rep, marketer):
    theme = walk("Ready", date(2026, 8, 1), [0, 5, 5], rep=rep, marketer=marketer)
    Publication.objects.update(at=noon(date(2026, 7, 1)))
    found = by_step()
    for key in ("heard-published", "requested-published"):
        assert (found[key].year.n, found[key].turned, found[key].waiting.n) == (0, 1, 0)
    assert found["themed-requested"].year.n == 1
    assert theme.is_active


@pytest.mark.parametrize(
    ("waits", "waiting"),
    [
        ([0], {"heard-published", "themed-requested"}),
        ([0, 3], {"heard-published", "requested-published"}),
        ([0, 3, 3, 0], {"told-used"}),
        ([0, 3, 3, 0, 5], {"used-result"}),
        ([0, 3, 3, 0, 5, 5], set()),
    ],
)
def test_a_chain_that_is_not_through_waits_and_is_in_no_median(rep, marketer, waits, waiting):
    theme = walk("Slow", TODAY - timedelta(days=40), waits, rep=rep, marketer=marketer)
    found = by_step()
    assert {key for key, step in found.items() if step.waiting.n} == waiting
    for key in waiting:
        start = chains([theme])[0].on[STEP[key].start]
        step = found[key]
        assert (step.waiting.median, step.waiting.days) == ((TODAY - start).days, (TODAY - start).days)
        assert (step.waiting.longest, step.year.n) == (theme, 0)


def test_of_those_that_wait_the_median_and_the_longest_are_said(rep, marketer):
    themes = [walk(f"T{days}", TODAY - timedelta(days=days), [0], rep=rep, marketer=marketer) for days in (10, 20, 90)]
    waiting = by_step()["themed-requested"].waiting
    assert (waiting.n, waiting.median, waiting.days, waiting.longest) == (3, 20, 90, themes[-1])


def test_what_is_skipped_does_not_wait(rep, marketer):
    """An answer that nobody asked for: there is nothing to ask for any more."""
    theme = make_theme()
    place(make_objection(author=rep, heard_on=TODAY - timedelta(days=9)), theme)
    make_collateral(owner=marketer, themes=[theme])
    assert by_step()["themed-requested"].waiting.n == 0


@pytest.mark.parametrize("elsewhere", ["routed theme", "declined request"])
def test_what_marketing_does_not_work_on_does_not_wait_for_it(rep, marketer, elsewhere):
    theme = walk("Gone", TODAY - timedelta(days=40), [0, 3], rep=rep, marketer=marketer)
    assert by_step()["requested-published"].waiting.n == 1
    if elsewhere == "routed theme":
        Theme.objects.filter(pk=theme.pk).update(owner="legal")
    else:
        theme.requests.update(state="declined")
    found = by_step()
    assert found["requested-published"].waiting.n == 0
    assert found["heard-published"].waiting.n == (elsewhere == "declined request")


def test_retired_themes_wait_for_nothing_and_keep_what_they_took(rep, marketer):
    theme = walk("Gone", date(2026, 8, 1), [0, 10], rep=rep, marketer=marketer)
    Theme.objects.filter(pk=theme.pk).update(state="retired")
    found = by_step()
    assert (found["requested-published"].waiting.n, found["themed-requested"].year.n) == (0, 1)


def test_a_merged_theme_counts_where_it_went_until_the_merge_is_undone(rep, marketer):
    one = walk("One", date(2026, 8, 1), [0, 10, 10], rep=rep, marketer=marketer)
    two = walk("Two", date(2026, 9, 1), [0, 10, 10], rep=rep, marketer=marketer)
    assert by_step()["heard-published"].year.n == 2

    before = chains([two])[0].on
    merge_themes(theme=two, into=one, by=marketer)

    assert [chain.theme for chain in company_chains()] == [one]
    assert by_step()["heard-published"].year.n == 1
    undo_merge(merge=two.merges.get(), by=marketer)
    assert {chain.theme for chain in company_chains()} == {one, two}
    assert chains([two])[0].on == before


def test_what_was_taken_out_or_withdrawn_is_not_heard(rep, marketer):
    one, two = (walk(name, date(2026, 8, 1), [0], rep=rep, marketer=marketer) for name in ("One", "Two"))
    one.placements.update(undone_at=noon(TODAY))
    voice = two.placements.get().objection
    voice.withdrawn_at, voice.withdrawn_by = noon(TODAY), rep
    voice.save()
    assert company_chains() == []


def test_a_result_measured_again_is_none(rep, marketer):
    theme = walk("One", date(2026, 8, 1), [0, 1, 1, 0, 1, 1], rep=rep, marketer=marketer)
    assert Moment.RESULT in chains([theme])[0].on
    theme.requests.update(state="measuring")
    assert Moment.RESULT not in chains([theme])[0].on


@given(days=st.lists(st.integers(0, 2000), min_size=1, max_size=60))
def test_the_percentile_is_that_of_numpy_and_not_below_the_median(days):
    found = spread(days)
    assert found.n == len(days)
    assert found.median == pytest.approx(np.median(days))
    assert found.p90 == pytest.approx(np.percentile(days, 90, method="linear"))
    assert min(days) <= found.median <= found.p90 <= max(days)


def test_of_nothing_there_is_no_median():
    assert (spread([]).n, spread([]).median, spread([]).p90) == (0, None, None)


@st.composite
def random_chains(draw):
    moments = st.dictionaries(st.sampled_from(Moment), st.integers(-500, 700), max_size=len(Moment))
    return [
        Chain(
            theme=Theme(pk=pk, name=f"T{pk}", state=draw(st.sampled_from(["active", "retired"]))),
            on={moment: FIRST + timedelta(days=days) for moment, days in draw(moments).items()},
            voices=1,
        )
        for pk in range(1, draw(st.integers(1, 12)))
    ]


@given(found=random_chains(), today=st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_whatever_happened_no_step_is_negative_and_every_theme_counts_once(found, today):
    for times in step_times(found, today).steps:
        step, year = times.step, times.year
        for each in (*times.by_month, times.recent, year):
            assert (each.median is None) == (each.n == 0)
            if each.n:
                assert 0 <= each.median <= each.p90
        both = [chain for chain in found if chain.days(step.start, step.end) is not None]
        assert year.n + times.turned + times.waiting.n <= len(found)
        assert year.n + times.turned <= len(both)
        assert times.recent.n <= year.n <= sum(each.n for each in times.by_month)
        if times.waiting.n:
            assert times.waiting.median <= times.waiting.days


def test_it_costs_the_same_number_of_queries_for_many(rep, marketer, sign_in, django_assert_max_num_queries):
    for number in range(12):
        walk(f"T{number}", date(2026, 8, 1), [0, 1, 2, 0, 3, 4], rep=rep, marketer=marketer)
    with django_assert_max_num_queries(8):
        company_chains()
    client = sign_in(rep)
    with django_assert_max_num_queries(17):
        client.get(PAGE)


def test_the_page_says_the_figures_with_how_few_they_stand_on(rep, marketer, sign_in):
    for name, waits in (("One", [2, 10, 20]), ("Two", [0, 20, 30])):
        begins = timezone.localdate() - timedelta(days=20 + sum(waits))
        walk(name, begins, waits, rep=rep, marketer=marketer)

    page = sign_in(rep).get(PAGE).text

    assert "Content asked for → answer live: 25 days in the middle" in page
    assert "only 2 themes in 3 months" in page
    assert "2 themes in 12 months · too few to conclude from" in page
    assert reverse("feedback:definition_detail", args=["loop-steps"]) in page
    assert '<td class="number">25</td><td class="number">29</td>' in page  # 20 and 30: the 90th percentile is 29


def test_an_empty_portal_has_a_page_without_figures(rep, sign_in):
    page = sign_in(rep).get(PAGE).text
    assert "Heard → answer live: not yet" in page


def test_the_csv_has_the_days_of_every_theme(rep, marketer, sign_in):
    walk("Open", date(2026, 8, 1), [2, 10], rep=rep, marketer=marketer)
    head, line = b"".join(sign_in(rep).get(EXPORT).streaming_content).decode("utf-8-sig").splitlines()
    row = dict(zip(*csv.reader([head, line]), strict=True))
    assert (row["Theme"], row["Heard on"], row["Content asked for on"]) == ("Open", "2026-08-01", "2026-08-13")
    assert (row["Themed → content asked for, days"], row["Answer live on"]) == ("10", "")
    assert row["Waits, Content asked for → answer live, days"] == str((timezone.localdate() - date(2026, 8, 13)).days)
    assert row["Waits, Themed → content asked for, days"] == ""


def test_it_is_kept_for_a_minute_where_it_stands_on_many(rep, marketer, sign_in, monkeypatch):
    monkeypatch.setattr(figures, "EXACT", 0)
    cache.clear()
    walk("One", date(2026, 8, 1), [2], rep=rep, marketer=marketer)
    client = sign_in(rep)
    assert "worked out once a minute" not in client.get(PAGE).text
    assert "worked out once a minute" in client.get(PAGE).text
    cache.clear()


def test_leaders_see_it_at_home_and_its_definition_is_there(rep, marketer, leader, sign_in):
    walk("One", date.today() - timedelta(days=30), [0, 5, 10], rep=rep, marketer=marketer)
    page = sign_in(leader).get(reverse("feedback:home")).text
    assert "<b>15 days</b> from heard to answer live" in page
    assert PAGE in page
    assert Definition.objects.filter(slug="loop-steps").exists()


def test_a_theme_shows_its_result_in_the_loop(rep, marketer, sign_in):
    theme = walk("One", date(2026, 8, 1), [0, 1, 1, 0, 1, 30], rep=rep, marketer=marketer)
    steps = sign_in(rep).get(theme.get_absolute_url()).context["steps"]
    assert [(step.name, step.days) for step in steps] == [
        ("Heard", None),
        ("Themed", 0),
        ("Content asked for", 1),
        ("Answer live", 1),
        ("Reps told", 0),
        ("First used", 1),
        ("Result", 30),
    ]


def test_what_is_not_known_any_more_is_not_awaited(rep, marketer, sign_in):
    """News that were read are kept for a time only."""
    theme = walk("One", date(2026, 8, 1), [0, 1, 1, 0, 1], rep=rep, marketer=marketer)
    Notification.objects.all().delete()
    steps = sign_in(rep).get(theme.get_absolute_url()).context["steps"]
    assert [step.name for step in steps if step.is_now] == ["Result"]
    told = by_step()["published-told"]
    assert (told.year.n, told.waiting.n) == (0, 0)
