import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from objections.actions.content import move_request
from objections.models.content import UNFINISHED, Move, RequestState
from objections.workflow import TRANSITIONS, MoveRefused, find_move, moves_open_to
from tests.factories import make_collateral, make_request, make_theme

S = RequestState


def ready(by, state):
    """A request in that state that lacks nothing."""
    row = make_request(
        by=by, themes=[make_theme()], state=state, owner=by, due_on="2026-11-30", brief="Say what it costs in all"
    )
    make_collateral(owner=by, themes=row.themes.all(), published=False, request=row)
    return row


def details(to, other):
    return {
        S.MERGED: {"into": other},
        S.ROUTED: {"routed_to": "product"},
    }.get(to, {})


@pytest.mark.parametrize("start", S.values)
@pytest.mark.parametrize("to", S.values)
def test_it_moves_where_the_table_says_and_refuses_in_words_elsewhere(marketer, start, to):
    row = ready(marketer, start)
    other = make_request("Another", by=marketer)
    allowed = {move.to for move in moves_open_to(row)}

    if to == start:
        assert move_request(request=row, to=to, by=marketer, why="because") is None
        assert row.moves.count() == 0
    elif to in allowed:
        move = move_request(request=row, to=to, by=marketer, why="because", **details(to, other))
        row.refresh_from_db()
        assert (row.state, move.from_state, move.to_state, move.by) == (to, start, to, marketer)
    else:
        with pytest.raises(MoveRefused, match="cannot become"):
            move_request(request=row, to=to, by=marketer, why="because", **details(to, other))
        row.refresh_from_db()
        assert (row.state, row.moves.count()) == (start, 0)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(targets=st.lists(st.sampled_from(S.values), max_size=12))
def test_any_walk_leaves_a_chain_of_moves_that_ends_in_its_state(marketer, targets):
    row = make_request(by=marketer, owner=marketer, due_on="2026-11-30", brief="Say what it costs in all")
    make_collateral(owner=marketer, published=False, request=row)
    other = make_request("Another", by=marketer)
    for to in targets:
        with contextlib.suppress(MoveRefused):
            move_request(request=row, to=to, by=marketer, why="because", **details(to, other))
    steps = list(Move.objects.filter(request=row).values_list("from_state", "to_state"))
    row.refresh_from_db()
    assert [S.NEW, *(to for _, to in steps)] == [*(start for start, _ in steps), row.state]


def test_every_state_has_a_way_on():
    assert set(TRANSITIONS) == set(S.values)
    assert all(TRANSITIONS.values())


def test_every_state_of_the_queue_can_be_set_aside(marketer):
    for state in UNFINISHED:
        asides = {move.to for move in moves_open_to(make_request(by=marketer, state=state))}
        assert {S.DECLINED, S.MERGED, S.ROUTED} <= asides


def test_a_paused_request_resumes_where_it_was(marketer):
    row = ready(marketer, S.IN_REVIEW)
    move_request(request=row, to=S.NEEDS_INFO, by=marketer, why="which price?")
    move_request(request=row, to=S.ON_HOLD, by=marketer, why="budget")

    assert find_move(row, S.IN_REVIEW).label == "Resume"
    with pytest.raises(MoveRefused):
        find_move(row, S.APPROVED)


def test_a_retired_request_comes_back_to_what_it_was(marketer):
    row = ready(marketer, S.WORKED)
    move_request(request=row, to=S.RETIRED, by=marketer)
    move_request(request=row, to=S.WORKED, by=marketer)
    row.refresh_from_db()
    assert row.state == S.WORKED


def test_an_unknown_state_is_refused(marketer):
    with pytest.raises(MoveRefused, match="unknown"):
        find_move(make_request(by=marketer), "banana")
