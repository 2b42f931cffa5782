from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.home import search
from objections.metrics import Uses
from objections.models import Collateral, Publication, Version
from tests.factories import (
    make_collateral,
    make_competitor,
    make_objection,
    make_opportunity,
    make_request,
    make_theme,
    make_user,
    place,
)

LIST = reverse("objections:collateral_list")
NEW = reverse("objections:collateral_create")


def retire(piece, by):
    piece.publications.update(retired_at=timezone.now(), retired_by=by)


def shown(client, **query):
    return [piece.title for piece in client.get(LIST, query).context["page"]]


def test_reps_see_what_is_published_and_never_drafts(rep, marketer, sign_in):
    make_collateral("Live", owner=marketer)
    draft = make_collateral("Draft", owner=marketer, published=False)
    retire(make_collateral("Retired", owner=marketer), marketer)
    client = sign_in(rep)

    assert shown(client) == ["Live"]
    assert shown(client, state="retired") == ["Retired"]
    assert shown(client, state="all") == ["Live", "Retired"]
    assert shown(sign_in(marketer), state="draft") == ["Draft"]
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert sign_in(marketer).get(draft.get_absolute_url()).status_code == 200


def test_the_choices_of_the_filters_tell_reps_nothing_of_drafts(rep, marketer, sign_in):
    live, planned = make_theme("Too dear"), make_theme("Too slow")
    make_collateral("Live", owner=marketer, themes=[live], stages=["Proposal"])
    make_collateral("Draft", owner=marketer, themes=[live, planned], stages=["Pilot", "Proposal"], published=False)
    offered = {}
    for reader in (rep, marketer):
        form = sign_in(reader).get(LIST).context["filter"].form
        offered[reader] = (
            [stage for stage, _ in form.fields["stage"].choices if stage],
            list(form.fields["theme"].queryset.order_by("id")),
        )
    assert offered == {rep: (["Proposal"], [live]), marketer: (["Pilot", "Proposal"], [live, planned])}


def test_what_was_republished_is_listed_once(rep, marketer, sign_in):
    piece = make_collateral("Live", owner=marketer)
    retire(piece, marketer)
    Publication.objects.create(collateral=piece, version=piece.versions.get(), by=marketer)
    assert shown(sign_in(rep), state="all") == ["Live"]


@pytest.mark.parametrize(
    "query",
    [
        {"type": "battlecard"},
        {"theme": "theme"},
        {"stage": "Proposal"},
        {"competitor": "rival"},
        {"stale": "review"},
        {"q": "wanTed"},
        {"q": "theme of it"},
    ],
)
def test_it_filters(marketer, sign_in, query):
    theme, rival = make_theme("The theme of it"), make_competitor()
    late = timezone.localdate() - timedelta(days=1)
    make_collateral(
        "Wanted",
        owner=marketer,
        themes=[theme],
        type="battlecard",
        stages=["Demo", "Proposal"],
        competitor=rival,
        review_by=late,
    )
    other = make_theme("Another")
    make_collateral("Other", owner=marketer, stages=["Demo"], themes=[other], review_by=timezone.localdate())
    query = {k: {"theme": theme.pk, "rival": rival.pk}.get(v, v) for k, v in query.items()}
    assert shown(sign_in(marketer), **query) == ["Wanted"]


def test_the_list_costs_the_same_number_of_queries_for_many(rep, marketer, sign_in, django_assert_max_num_queries):
    for number in range(30):
        piece = make_collateral(
            f"Piece {number}",
            owner=make_user(f"Owner {number}"),
            themes=[make_theme(f"Theme {number}")],
            stages=["Demo", f"Stage {number}"],
            competitor=make_competitor(f"Rival {number}"),
        )
        piece.usages.create(opportunity=make_opportunity(), by=rep)
    client = sign_in(marketer)
    with django_assert_max_num_queries(21):
        client.get(LIST)


def test_the_detail_page_shows_everything_at_a_bounded_cost(rep, marketer, sign_in, django_assert_max_num_queries):
    piece = make_collateral(owner=marketer, themes=[make_theme(f"Theme {n}") for n in range(6)])
    for number in range(2, 12):
        by = make_user(f"Maker {number}")
        version = Version.objects.create(collateral=piece, number=number, link="https://example.com", by=by)
        retire(piece, by)
        Publication.objects.create(collateral=piece, version=version, by=by)
        piece.usages.create(opportunity=make_opportunity(account=f"A{number}"), by=by, helped="yes")
    client = sign_in(rep)
    with django_assert_max_num_queries(30):
        page = client.get(piece.get_absolute_url())
    assert page.context["current"].number == 11
    assert [v.number for v in page.context["older"]] == list(range(10, 0, -1))


def test_the_detail_page_counts_deals_and_how_they_ended(rep, other_rep, marketer, sign_in):
    piece = make_collateral(owner=marketer)
    won = make_opportunity(outcome="won", closed_on=date(2026, 1, 1))
    lost = make_opportunity(outcome="lost", closed_on=date(2026, 1, 1))
    for deal, by in ((won, rep), (won, other_rep), (lost, rep), (make_opportunity(), rep)):
        piece.usages.create(opportunity=deal, by=by)
    page = sign_in(rep).get(piece.get_absolute_url())
    assert page.context["used"] == Uses(deals=3, won=1, closed=2)
    assert "won 1 of 2 closed" in page.content.decode()


def test_new_collateral_takes_what_the_request_says(marketer, sign_in):
    theme = make_theme()
    row = make_request("Battlecard it is", by=marketer, themes=[theme], type="battlecard")
    client = sign_in(marketer)
    initial = client.get(NEW, {"request": row.pk}).context["form"].initial
    assert (initial["title"], initial["type"], list(initial["themes"])) == ("Battlecard it is", "battlecard", [theme])

    data = {"title": "Card", "type": "battlecard", "themes": [theme.pk], "competitor_name": "rivalry"}
    client.post(f"{NEW}?request={row.pk}", data)

    piece = Collateral.objects.get()
    assert (piece.request, piece.owner, piece.competitor.name) == (row, marketer, "rivalry")


@pytest.mark.parametrize("request_id", ["x", "99999", "9" * 40])
def test_a_request_that_is_not_there_is_left_out(marketer, sign_in, request_id):
    assert sign_in(marketer).get(NEW, {"request": request_id}).status_code == 200


def test_bad_input_is_refused_and_kept(marketer, sign_in):
    piece, client = make_collateral(owner=marketer, themes=[make_theme()]), sign_in(marketer)
    for address in (NEW, reverse("objections:collateral_edit", args=[piece.pk])):
        page = client.post(address, {"title": "My own title", "type": "poem", "review_by": "soon"})
        assert page.status_code == 422
        assert {"type", "themes", "review_by"} <= set(page.context["form"].errors)
        assert "My own title" in page.content.decode()


def test_edits_are_in_the_history(marketer, sign_in):
    theme = make_theme()
    piece, client = make_collateral(owner=marketer, themes=[theme]), sign_in(marketer)
    data = {"title": "Better", "type": "pricing sheet", "themes": [theme.pk], "review_by": "2030-01-01"}
    client.post(reverse("objections:collateral_edit", args=[piece.pk]), data)
    assert "changed the review date, the title" in client.get(piece.get_absolute_url()).content.decode()


PUBLISHING = ["collateral_publish", "collateral_retire"]
PAGES = ["collateral_edit", "version_create"]
ROLES = {"rep": 403, "manager": 403, "marketer": 200, "leader": 200, "admin": 200}


@pytest.mark.parametrize("role", ROLES)
def test_who_may_publish(request, sign_in, marketer, role):
    piece = make_collateral(owner=marketer)
    client = sign_in(request.getfixturevalue(role))
    publication = piece.publications.get().pk
    for name in PAGES:
        assert client.get(reverse(f"objections:{name}", args=[piece.pk])).status_code == ROLES[role]
    assert client.get(NEW).status_code == ROLES[role]
    done = 302 if ROLES[role] == 200 else 403
    for name in PUBLISHING:
        assert client.post(reverse(f"objections:{name}", args=[piece.pk])).status_code == done
    for name in ("publication_undo", "publication_restore"):
        assert client.post(reverse(f"objections:{name}", args=[piece.pk, publication])).status_code == done


def test_deeds_are_not_done_by_following_a_link(marketer, sign_in):
    piece = make_collateral(owner=marketer)
    for name in [*PUBLISHING, "collateral_use"]:
        assert sign_in(marketer).get(reverse(f"objections:{name}", args=[piece.pk])).status_code == 405


def test_the_palette_finds_collateral_but_no_draft_for_a_rep(rep, marketer):
    make_collateral("Security pack", owner=marketer)
    make_collateral("Security draft", owner=marketer, published=False)
    found = {user.role: dict(search(user, "security", 6)) for user in (rep, marketer)}
    assert [hit.label for hit in found["rep"]["Collateral"]] == ["Security pack"]
    assert len(found["marketer"]["Collateral"]) == 2


def test_a_reps_home_shows_what_shipped_for_what_they_logged(rep, marketer, sign_in):
    raised, other = make_theme("Raised"), make_theme("Other")
    place(make_objection(author=rep), raised)
    make_collateral("For me", owner=marketer, themes=[raised])
    make_collateral("For others", owner=marketer, themes=[other])
    retire(make_collateral("Retired", owner=marketer, themes=[raised]), marketer)

    panels = {p.key: c for p, c in sign_in(rep).get(reverse("feedback:home")).context["panels"]}

    assert [p.collateral.title for p, _ in panels["shipped"]["shipped"]] == ["For me"]
