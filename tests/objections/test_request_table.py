"""Every state × every state × every role, by page and by API. What is expected is written out here, not read there."""

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from config import urls
from objections.models.content import RequestState
from objections.views import content
from tests.factories import make_collateral, make_request, make_theme, make_user

# From each state, the states it can become.
ASIDE = ["needs info", "on hold", "merged", "routed", "declined"]
MOVES = {
    "new": ["triaged", *ASIDE],
    "triaged": ["briefed", "in production", "published", *ASIDE],
    "briefed": ["in production", "triaged", "published", *ASIDE],
    "in production": ["in review", "briefed", "published", *ASIDE],
    "in review": ["approved", "in production", "published", *ASIDE],
    "approved": ["published", "in review", *ASIDE],
    "published": ["measuring", "retired"],
    "measuring": ["worked", "no effect", "inconclusive", "retired"],
    "worked": ["measuring", "retired"],
    "no effect": ["measuring", "retired"],
    "inconclusive": ["measuring", "retired"],
    "needs info": ["new", "on hold", "merged", "routed", "declined"],  # it was new when it was set aside
    "on hold": ["new", "needs info", "merged", "routed", "declined"],
    "declined": ["new"],
    "merged": ["new"],
    "routed": ["new"],
    "retired": ["published"],
}
# Who makes them. The sales co-owner sends back what is in review, and nothing else; nobody else moves anything.
RUN_THE_QUEUE = ["marketer", "leader", "admin"]
OTHERS = ["rep", "asker", "manager", "co_owner"]
BESIDE = {("co_owner", "in review", "in production")}

# What a move asks for, and what is missing without it, by the state it leads to. Approving asks for a why while the
# sales co-owner has not signed off, which in this table they have not.
ASKED = {
    "declined": {"why": "no"},
    "needs info": {"why": "which?"},
    "on hold": {"why": "later"},
    "merged": {"into": "another"},
    "routed": {"routed_to": "legal"},
    "approved": {"why": "Sales agreed by phone"},
    "worked": {"why": "Nobody asks for it any more"},
    "no effect": {"why": "They ask as before"},
    "inconclusive": {"why": "Too few deals"},
}
ASKED_FROM = {("in review", "in production"): {"why": "too long"}, ("new", "triaged"): {"owner": "marketer"}}


def expected(role, start, to):
    """made, the same already, refused by the table (422), or not theirs to ask for (403)."""
    if (role, start, to) in BESIDE:
        return "made"
    if role not in RUN_THE_QUEUE:
        return "403"
    if to == start:
        return "the same"
    return "made" if to in MOVES[start] else "422"


def asked(start, to):
    return ASKED_FROM.get((start, to), ASKED.get(to, {}))


@pytest.fixture
def cast(rep, other_rep, manager, marketer, leader, admin):
    return {
        "rep": other_rep,
        "asker": rep,
        "manager": manager,  # of whoever asked
        "co_owner": make_user("Cora Co-owner", role="rep"),
        "marketer": marketer,
        "leader": leader,
        "admin": admin,
    }


@pytest.fixture
def ready(cast):
    """Makes a request in a state that lacks nothing."""

    def make(state):
        row = make_request(
            by=cast["asker"],
            themes=[make_theme(f"Too dear {state}")],
            state=state,
            owner=cast["marketer"],
            co_owner=cast["co_owner"],
            due_on="2030-11-29",
            brief="Say what it costs in all",
        )
        make_collateral(owner=cast["marketer"], themes=row.themes.all(), published=False, request=row)
        return row

    return make


def by_page(client, row, to, details):
    answer = client.post(reverse("objections:request_move", args=[row.pk]), {"to": to, **details})
    return {302: "done"}.get(answer.status_code, str(answer.status_code))


def by_api(client, row, to, details):
    body = {"to": to, **details}
    answer = client.post(f"/api/v1/requests/{row.pk}/moves/", body, content_type="application/json")
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["detail"]
    return {201: "done", 200: "done"}.get(answer.status_code, str(answer.status_code))


WAYS = {"page": by_page, "api": by_api}


def outcome(way, client, row, to, details):
    """What asking for the move came to; it is taken back."""
    before = row.state, row.moves.count()
    with transaction.atomic():
        answered = WAYS[way](client, row, to, details)
        row.refresh_from_db()
        after = row.state, row.moves.count()
        transaction.set_rollback(True)
    row.refresh_from_db()
    if answered != "done":
        assert after == before, "it was refused, and yet something happened"
        return answered
    if after == before:
        return "the same"
    assert after == (to, before[1] + 1)
    return "made"


@pytest.fixture
def details(cast, marketer):
    other = make_request("Another", by=marketer)

    def of(start, to):
        rows = {"another": other.pk, "marketer": marketer.pk}
        given = {name: rows.get(value, value) for name, value in asked(start, to).items()}
        return given | ({"type": "battlecard", "size": "small"} if to == "triaged" and start == "new" else {})

    return of


@pytest.fixture
def statuses_only(monkeypatch):
    """What a page draws is tested elsewhere: drawing some two thousand of them here would take minutes."""
    monkeypatch.setattr(content, "render", lambda request, page, context, status=200: HttpResponse(status=status))
    monkeypatch.setattr(urls, "handler403", lambda *args, **rest: HttpResponse(status=403), raising=False)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("start", MOVES)
def test_it_moves_as_this_table_says(start, way, cast, ready, details, sign_in, statuses_only):
    row = ready(start)
    found, wanted = {}, {}
    for role in [*OTHERS, *RUN_THE_QUEUE]:
        client = sign_in(cast[role])
        for to in RequestState.values:
            found[role, to] = outcome(way, client, row, to, details(start, to))
            wanted[role, to] = expected(role, start, to)
    assert found == wanted


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("start", "to"), [(start, to) for start, moves in MOVES.items() for to in moves if asked(start, to)]
)
def test_it_is_refused_without_what_it_asks_for(start, to, way, cast, ready, sign_in):
    assert outcome(way, sign_in(cast["marketer"]), ready(start), to, {}) == "422"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("lacking", ["owner", "due_on"])
@pytest.mark.parametrize(
    ("start", "to"),
    [
        ("triaged", "briefed"),
        ("triaged", "in production"),
        ("briefed", "triaged"),
        ("in production", "in review"),
        ("in review", "approved"),
        ("approved", "published"),
    ],
)
def test_it_is_refused_while_the_request_lacks_something(start, to, lacking, way, cast, ready, details, sign_in):
    row = ready(start)
    setattr(row, lacking, None)
    row.save()
    assert outcome(way, sign_in(cast["marketer"]), row, to, details(start, to)) == "422"


@pytest.mark.parametrize("way", WAYS)
def test_it_is_briefed_only_with_a_brief_and_published_only_with_collateral(way, cast, ready, sign_in):
    row, client = ready("triaged"), sign_in(cast["marketer"])
    row.brief = " "
    row.save()
    row.collateral.all().delete()
    assert outcome(way, client, row, "briefed", {}) == "422"
    assert outcome(way, client, row, "published", {}) == "422"
    assert outcome(way, client, row, "in production", {}) == "made"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("paused", ["needs info", "on hold"])
def test_a_paused_request_resumes_where_it_was_and_nowhere_else(paused, way, cast, ready, details, sign_in):
    row = ready(paused)
    row.moves.create(from_state="in review", to_state=paused, by=cast["marketer"], why="which?")
    client = sign_in(cast["leader"])
    assert outcome(way, client, row, "in review", {}) == "made"
    assert outcome(way, client, row, "new", {}) == "422"


def test_the_table_of_this_test_knows_every_state():
    assert set(MOVES) == set(RequestState.values)


@pytest.mark.parametrize("role", ["asker", "co_owner", "marketer"])
@pytest.mark.parametrize("start", MOVES)
def test_the_page_and_the_api_offer_what_they_allow(start, role, cast, ready, sign_in):
    row, client = ready(start), sign_in(cast[role])
    allowed = {to for to in RequestState.values if expected(role, start, to) == "made"}
    assert set(client.get(f"/api/v1/requests/{row.pk}/").json()["moves_open"]) == allowed
    assert {step.to for step in client.get(row.get_absolute_url()).context["steps"]} == allowed
