import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback.actions import competitors as actions
from feedback.actions.competitors import Refused, add_alias, merge_competitors, rename_competitor, undo_competitor_merge
from feedback.models import Competitor, Destination
from tests.factories import make_collateral, make_competitor, make_lost, make_objection, make_opportunity, make_review


@pytest.fixture
def rival(db):
    return make_competitor("Norrhall")


def names(rows):
    return sorted(row.name for row in rows)


def test_an_alias_is_found_wherever_a_name_is_typed(admin, rep, rival, sign_in):
    add_alias(competitor=rival, name="Norrhall Systems AB", by=admin)
    assert Competitor.objects.named("norrhall  systems ab").get() == rival
    assert Competitor.objects.get_or_make("NORRHALL SYSTEMS AB") == (rival, False)
    deal, client = make_lost(owner=rep), sign_in(rep)
    destination = {"destination": 0, "competitor_name": "Norrhall Systems AB", "also_met": "Norrhall, Other"}
    url = reverse("feedback:review_answer", args=[deal.pk, "destination"])
    client.post(url, destination | {"destination": _lost_to_one()})
    assert deal.reviews.get().competitor == rival
    assert names(deal.reviews.get().competitors_met.all()) == ["Norrhall", "Other"]


def _lost_to_one():
    return Destination.objects.in_force().get(code="competitor").pk


def test_one_key_holds_over_names_and_aliases(admin, rival):
    other = make_competitor("Ferrum")
    alias = add_alias(competitor=rival, name="NH", by=admin)
    assert add_alias(competitor=rival, name=" nh ", by=admin) == alias
    for wrong in (
        lambda: add_alias(competitor=other, name="N H", by=admin),
        lambda: add_alias(competitor=other, name="norrhall", by=admin),
        lambda: rename_competitor(competitor=other, name="nh", keep=False, by=admin),
        lambda: actions.make_competitor(name="NH", by=admin),
    ):
        with pytest.raises(Refused, match="has this name already"):
            wrong()
    with pytest.raises(IntegrityError), transaction.atomic():
        Competitor.objects.create(name="nh", key="nh")


def test_renaming_keeps_the_old_name_if_asked_and_leaves_history(admin, rival):
    rename_competitor(competitor=rival, name="Norrhall Group", keep=True, by=admin)
    assert Competitor.objects.named("Norrhall").get().name == "Norrhall Group"
    rename_competitor(competitor=rival, name="NORRHALL", keep=False, by=admin)
    rival.refresh_from_db()
    assert (rival.name, names(rival.aliases.all())) == ("NORRHALL", ["Norrhall Group"])
    assert {h.name for h in rival.history.filter(history_user=admin)} == {"Norrhall Group", "NORRHALL"}


def test_forgetting_an_alias_makes_room_for_its_name(admin, rival):
    alias = add_alias(competitor=rival, name="NH", by=admin)
    actions.remove_alias(alias=alias, by=admin)
    actions.remove_alias(alias=alias, by=admin)
    assert Competitor.objects.get_or_make("NH")[1]


def test_merging_moves_everything_and_undoing_gives_exactly_that_back(admin, rep, rival):
    double = make_competitor("Norhall")
    review = make_review(make_lost(), author=rep, competitor=double)
    met_both, met_one = make_review(make_lost(), author=rep), make_review(make_lost(), author=rep)
    met_both.competitors_met.set([rival, double])
    met_one.competitors_met.set([double])
    own = make_objection("theirs is cheaper", author=rep, competitor=rival)
    objection = make_objection("theirs is quicker", author=rep, competitor=double)
    piece = make_collateral(owner=rep, competitor=double)
    add_alias(competitor=double, name="N.H.", by=admin)

    merge = merge_competitors(competitor=double, into=rival, by=admin)
    assert merge_competitors(competitor=double, into=rival, by=admin) == merge
    for row in (review, objection, piece):
        row.refresh_from_db()
        assert row.competitor == rival
    assert list(met_both.competitors_met.all()) == list(met_one.competitors_met.all()) == [rival]
    assert {Competitor.objects.named(name).get() for name in ("Norhall", "N.H.")} == {rival}
    with pytest.raises(Refused):
        actions.remove_alias(alias=double, by=admin)

    since = make_objection("theirs is bigger", author=rep, competitor=rival)
    undo_competitor_merge(merge=merge, by=admin)
    undo_competitor_merge(merge=merge, by=admin)
    for row, whose in ((review, double), (objection, double), (piece, double), (own, rival), (since, rival)):
        row.refresh_from_db()
        assert row.competitor == whose
    assert names(met_both.competitors_met.all()) == ["Norhall", "Norrhall"]
    assert list(met_one.competitors_met.all()) == [double]
    assert Competitor.objects.named("N.H.").get() == double


def test_merges_are_undone_in_turn(admin, rival):
    first, last = make_competitor("One"), make_competitor("Three")
    inner = merge_competitors(competitor=first, into=rival, by=admin)
    outer = merge_competitors(competitor=rival, into=last, by=admin)
    with pytest.raises(Refused):
        undo_competitor_merge(merge=inner, by=admin)
    with pytest.raises(Refused):
        merge_competitors(competitor=last, into=rival, by=admin)
    undo_competitor_merge(merge=outer, by=admin)
    undo_competitor_merge(merge=inner, by=admin)
    assert names(Competitor.objects.themselves()) == ["Norrhall", "One", "Three"]


def test_an_admin_does_it_all_on_pages(admin, rival, sign_in):
    client = sign_in(admin)
    client.post(reverse("feedback:competitor_create"), {"name": "Ferrum"})
    ferrum = Competitor.objects.named("Ferrum").get()
    assert client.post(reverse("feedback:competitor_create"), {"name": "norrhall"}).status_code == 422
    assert client.post(ferrum.get_absolute_url(), {"name": "Norrhall"}).status_code == 422
    client.post(ferrum.get_absolute_url(), {"name": "Fe"})
    client.post(reverse("feedback:competitor_edit", args=[ferrum.pk]), {"name": "Ferrum Ltd", "keep": "on"})
    client.post(reverse("feedback:competitor_merge", args=[ferrum.pk]), {"into": rival.pk})
    page = client.get(rival.get_absolute_url()).content.decode()
    assert "Fe" in page
    assert "Ferrum Ltd" in page
    merge = rival.merged_from.get()
    client.post(reverse("feedback:competitor_merge_undo", args=[merge.pk]))
    assert names(Competitor.objects.themselves()) == ["Ferrum Ltd", "Norrhall"]


def test_the_list_counts_each_deal_and_objection_once(admin, rep, rival, sign_in, django_assert_max_num_queries):
    other = make_competitor("Ferrum")
    review = make_review(make_lost(), author=rep, competitor=rival)
    review.competitors_met.set([rival, other])
    make_objection("dear", author=rep, competitor=rival, opportunity=make_opportunity())
    client, url = sign_in(admin), reverse("feedback:competitor_list")
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for n in range(30):
        add_alias(competitor=make_competitor(f"Competitor {n}"), name=f"C{n}", by=admin)
    with django_assert_max_num_queries(len(few)):
        page = client.get(url)
    counts = {row.name: [n for _, n in row.named] for row in page.context["page"]}
    assert (counts["Norrhall"], counts["Ferrum"], counts["Competitor 7"]) == ([1, 1], [1, 0], [0, 0])


def test_the_address_of_an_alias_leads_to_whose_it_is(admin, rep, rival, sign_in):
    alias = add_alias(competitor=rival, name="Norrhall Systems AB", by=admin)
    answer = sign_in(rep).get(reverse("feedback:competitor_detail", args=[alias.pk]))
    assert (answer.status_code, answer.url) == (302, rival.get_absolute_url())
