from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone as clock

from feedback.business_days import add_business_days
from feedback.models import Holiday, Notification
from objections.actions.content import change_request, move_request, request_content, triage_request
from objections.actions.moves import _due_after
from objections.models import ContentRequest
from objections.models.content import Move, RequestState
from objections.workflow import MoveRefused, clock_of
from tests.factories import make_lost, make_objection, make_opportunity, make_request, make_theme, make_won, place

S = RequestState


def ask(by, *, themes=None, **fields):
    fields = {"title": "Price sheet", "type": "pricing sheet"} | fields
    return request_content(themes=themes if themes is not None else [make_theme()], by=by, **fields)


def test_an_ask_enters_as_new_and_is_due_for_triage_in_two_business_days(rep):
    row = ask(rep)
    assert (row.state, row.by, row.due_on) == (S.NEW, rep, add_business_days(clock.localdate(), 2))


def test_an_ask_without_a_theme_is_refused(rep):
    with pytest.raises(MoveRefused, match="at least one theme"):
        ask(rep, themes=[])


@pytest.mark.parametrize(("size", "days"), [("small", 3), ("standard", 7), ("set", 15)])
def test_with_an_owner_it_is_triaged_at_once_and_due_by_its_size(marketer, size, days):
    row = ask(marketer, owner=marketer, size=size)
    assert (row.state, row.owner) == (S.TRIAGED, marketer)
    assert row.due_on == add_business_days(clock.localdate(), days)


def test_a_day_given_wins_over_the_size(marketer):
    row = ask(marketer, owner=marketer, size="small", due_on=date(2030, 1, 2))
    row.refresh_from_db()
    assert row.due_on == date(2030, 1, 2)


def test_open_deals_that_raised_the_theme_wait_and_no_others(rep):
    theme, other = make_theme(), make_theme("Other")
    waits, closed, elsewhere = make_opportunity("Open"), make_lost("Lost"), make_opportunity("Elsewhere")
    withdrawn = make_opportunity("Withdrawn")
    for deal, of in ((waits, theme), (waits, theme), (closed, theme), (elsewhere, other)):
        place(make_objection(author=rep, opportunity=deal), of)
    place(make_objection(author=rep, opportunity=withdrawn, withdrawn_at=clock.now(), withdrawn_by=rep), theme)
    make_won("Won")

    assert list(ask(rep, themes=[theme]).opportunities.all()) == [waits]


def test_a_theme_added_later_brings_its_open_deals(rep, marketer):
    row, added = ask(rep), make_theme("Added")
    deal = make_opportunity()
    place(make_objection(author=rep, opportunity=deal), added)

    change_request(request=row, themes=[*row.themes.all(), added], deals=[], by=marketer)

    assert list(row.opportunities.all()) == [deal]


def test_triage_asks_for_an_owner_before_it_moves(rep, marketer):
    with pytest.raises(MoveRefused, match="an owner"):
        move_request(request=ask(rep), to=S.TRIAGED, by=marketer)


def test_triage_twice_makes_one_move(rep, marketer):
    row = ask(rep)
    triage_request(request=row, by=marketer, owner=marketer, size="small")
    triage_request(request=row, by=marketer, owner=marketer, size="set")
    row.refresh_from_db()
    assert (row.moves.count(), row.size) == (1, "small")


def test_production_needs_no_brief_but_briefed_does(marketer):
    row = ask(marketer, owner=marketer)
    with pytest.raises(MoveRefused, match="a brief"):
        move_request(request=row, to=S.BRIEFED, by=marketer)
    move_request(request=row, to=S.IN_PRODUCTION, by=marketer)
    assert row.state == S.IN_PRODUCTION


def test_publishing_needs_collateral_with_a_version(marketer):
    row = make_request(by=marketer, owner=marketer, state=S.APPROVED, due_on=date(2030, 1, 1))
    with pytest.raises(MoveRefused, match="collateral with a file or a link"):
        move_request(request=row, to=S.PUBLISHED, by=marketer)


def test_declining_needs_a_reason(rep, marketer):
    with pytest.raises(MoveRefused, match="Say why"):
        move_request(request=ask(rep), to=S.DECLINED, by=marketer, why="  ")


def test_a_decline_is_told_with_its_reason_to_all_who_raised_the_theme_and_who_asked(rep, other_rep, manager, marketer):
    theme = make_theme()
    deal = make_opportunity(account="Acme")
    place(make_objection("no SOC 2", author=other_rep, opportunity=deal, heard_on=date(2020, 5, 3)), theme)
    gone = make_objection(author=manager, withdrawn_at=clock.now(), withdrawn_by=manager)
    place(gone, theme)
    row = ask(rep, themes=[theme], title="Security pack")

    move_request(request=row, to=S.DECLINED, by=marketer, why="Legal forbids it")

    told = {n.to: n for n in Notification.objects.all()}
    assert set(told) == {rep, other_rep}
    assert told[other_rep].title == "“Security pack” was declined"
    assert told[other_rep].body == "On 3 May 2020 you logged “no SOC 2” at Acme. The reason: Legal forbids it"
    assert told[other_rep].url == row.get_absolute_url()


def test_declining_again_after_it_was_taken_up_is_told_again_but_the_same_decline_once(rep, marketer):
    row = ask(rep)
    for _ in range(2):
        move_request(request=row, to=S.DECLINED, by=marketer, why="no")
    assert Notification.objects.count() == 1
    move_request(request=row, to=S.NEW, by=marketer)
    move_request(request=row, to=S.DECLINED, by=marketer, why="still no")
    assert Notification.objects.count() == 2


def test_merging_takes_themes_and_deals_along_and_tells_who_asked(rep, marketer):
    theme, deal = make_theme("Theirs"), make_opportunity()
    place(make_objection(author=rep, opportunity=deal), theme)
    row, into = ask(rep, themes=[theme]), ask(marketer, themes=[make_theme("Ours")], title="The other")

    move = move_request(request=row, to=S.MERGED, by=marketer, into=into)

    assert (move.into, theme in into.themes.all(), deal in into.opportunities.all()) == (into, True, True)
    assert Notification.objects.get().title == "“Price sheet” was merged into “The other”"


def test_merging_into_itself_nothing_or_a_finished_one_is_refused(marketer):
    row = make_request(by=marketer)
    for into in (None, row, make_request(by=marketer, state=S.DECLINED)):
        with pytest.raises(MoveRefused):
            move_request(request=row, to=S.MERGED, by=marketer, into=into)


def test_routing_says_where_to(rep, marketer):
    row = ask(rep)
    with pytest.raises(MoveRefused, match="which team"):
        move_request(request=row, to=S.ROUTED, by=marketer)
    move_request(request=row, to=S.ROUTED, by=marketer, routed_to="legal")
    assert Notification.objects.get(to=rep).title == "“Price sheet” went to legal"


def test_a_pause_moves_the_due_date_by_its_length(marketer):
    row = make_request(by=marketer, owner=marketer, state=S.IN_PRODUCTION, due_on=date(2026, 11, 10))
    move_request(request=row, to=S.ON_HOLD, by=marketer, why="waits for legal")
    paused = clock.now() - timedelta(days=14)
    Move.objects.filter(request=row).update(at=paused)

    move_request(request=row, to=S.IN_PRODUCTION, by=marketer)

    assert row.due_on == date(2026, 11, 24)  # ten business days in any fourteen days


@pytest.mark.parametrize(
    ("paused", "resumed", "due"),
    [
        ((2026, 11, 20), (2026, 11, 23), date(2026, 12, 1)),  # Friday to Monday: one business day
        ((2026, 11, 21), (2026, 11, 22), date(2026, 11, 30)),  # a weekend
        ((2026, 11, 24), (2026, 11, 26), date(2026, 12, 1)),  # over the holiday
        ((2026, 11, 23), (2026, 11, 23), date(2026, 11, 30)),
    ],
)
def test_a_pause_counts_business_days_without_weekends_and_holidays(marketer, paused, resumed, due):
    Holiday.objects.create(day=date(2026, 11, 25), name="A day off")
    row = make_request(by=marketer, state=S.NEEDS_INFO, due_on=date(2026, 11, 30))
    row.moves.create(from_state=S.IN_REVIEW, to_state=S.NEEDS_INFO, by=marketer, at=datetime(*paused, 12, tzinfo=UTC))
    move = Move(request=row, from_state=S.NEEDS_INFO, to_state=S.IN_REVIEW, at=datetime(*resumed, 12, tzinfo=UTC))
    assert _due_after(row, move) == due


@pytest.mark.parametrize(("today", "late"), [(date(2026, 11, 20), 0), (date(2026, 11, 22), 0), (date(2026, 11, 23), 1)])
def test_it_is_late_from_the_next_business_day_on(marketer, today, late):
    make_request(by=marketer, state=S.TRIAGED, due_on=date(2026, 11, 20))
    assert ContentRequest.objects.overdue(today).count() == late


def test_taking_up_again_starts_the_triage_clock_anew(rep, marketer):
    row = make_request(by=rep, state=S.DECLINED, due_on=date(2020, 1, 1))
    move_request(request=row, to=S.NEW, by=marketer)
    assert row.due_on == add_business_days(clock.localdate(), 2)


@pytest.mark.parametrize(
    ("state", "due_on", "words", "tone"),
    [
        (S.TRIAGED, date(2026, 11, 26), "Due in 3 business days", "success"),  # the 25th is a holiday
        (S.TRIAGED, date(2026, 11, 24), "Due in 2 business days", "warning"),
        (S.TRIAGED, date(2026, 11, 23), "Due tomorrow", "warning"),
        (S.APPROVED, date(2026, 11, 22), "Due today", "warning"),
        (S.TRIAGED, date(2026, 11, 20), "Due now", "warning"),  # since Friday; nobody works on Sunday
        (S.TRIAGED, date(2026, 11, 19), "Late by 1 business day", "danger"),
        (S.TRIAGED, date(2026, 11, 13), "Late by 5 business days", "danger"),
        (S.NEW, date(2026, 11, 18), "Triage late by 2 business days", "danger"),
        (S.ON_HOLD, date(2026, 11, 1), "Paused", ""),
        (S.TRIAGED, None, "No due date", ""),
        (S.PUBLISHED, date(2026, 11, 1), "", ""),
    ],
)
def test_the_clock_says_how_it_stands_in_business_days(marketer, state, due_on, words, tone):
    Holiday.objects.create(day=date(2026, 11, 25), name="A day off")
    found = clock_of(make_request(by=marketer, state=state, due_on=due_on), date(2026, 11, 22))
    assert (found.words, found.tone) == (words, tone)


def test_edits_keep_history_and_moves_do_not_double_it(marketer):
    row = make_request(by=marketer, owner=marketer, state=S.TRIAGED, due_on=date(2030, 1, 1))
    before = row.history.count()
    move_request(request=row, to=S.IN_PRODUCTION, by=marketer)
    assert row.history.count() == before
    row.title = "Better title"
    change_request(request=row, themes=[make_theme()], deals=[], by=marketer)
    assert row.history.first().title == "Better title"


def test_moves_carry_the_time_they_were_made(marketer):
    row = make_request(by=marketer)
    move = move_request(request=row, to=S.DECLINED, by=marketer, why="no")
    assert datetime.now(UTC) - move.at < timedelta(minutes=1)
