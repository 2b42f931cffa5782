from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from feedback.actions import taxonomy as actions
from feedback.actions.reviews import review_of
from feedback.actions.taxonomy import Refused, add_row, publish_taxonomy, retire_row, start_draft
from feedback.comparing import changes
from feedback.filters import ReviewFilter
from feedback.metrics import other_share, value_by_reason
from feedback.models import Category, Destination, Opportunity, Reason, Review, Taxonomy
from tests.factories import make_lost, make_review, make_theme


@pytest.fixture
def draft(admin):
    return start_draft(by=admin)


def row(taxonomy, code):
    return taxonomy.reasons.get(code=code)


def bars():
    return [(bar.label, bar.money.total) for bar in value_by_reason(Opportunity.objects.all()).bars]


def test_a_draft_is_a_copy_with_its_levels_and_there_is_one(admin, draft):
    first = Taxonomy.objects.get(version=1)
    for kind, model in actions.KINDS.items():
        rows = [list(getattr(each, kind).order_by("code").values_list("code", "label")) for each in (first, draft)]
        assert rows[0] == rows[1], model
    assert row(draft, "PRICE/discount refused").parent == row(draft, "PRICE")
    assert start_draft(by=admin) == draft
    with pytest.raises(IntegrityError), transaction.atomic():
        Taxonomy.objects.create(version=9)
    assert Taxonomy.objects.current() == first


def test_publishing_is_one_act_and_twice_is_harmless(admin, leader, rep, draft):
    begun = review_of(make_lost(owner=rep), rep)
    publish_taxonomy(draft=draft, by=admin)
    at = Taxonomy.objects.get(pk=draft.pk).published_at
    publish_taxonomy(draft=draft, by=leader)
    draft.refresh_from_db()
    assert (draft.published_by, draft.published_at) == (admin, at)
    assert begun.taxonomy.version == 1
    assert review_of(make_lost(owner=rep), rep).taxonomy == draft


def test_a_published_row_never_changes(admin, draft, sign_in):
    price = row(draft, "PRICE")
    publish_taxonomy(draft=draft, by=admin)
    for act in (
        lambda: actions.change_row(row=price, fields=["label"], by=admin),
        lambda: retire_row(row=price, replaced_by=None, by=admin),
        lambda: actions.move_row(row=price, up=True, by=admin),
        lambda: add_row(draft=draft, kind="reasons", row=Reason(label="More"), by=admin),
        lambda: actions.discard_draft(draft=draft, by=admin),
    ):
        with pytest.raises(Refused):
            act()
    assert sign_in(admin).get(reverse("feedback:row_edit", args=["reasons", price.pk])).status_code == 404


def test_a_code_is_made_once_and_a_label_may_change(admin, draft, sign_in):
    client = sign_in(admin)
    url = reverse("feedback:row_create", args=[draft.pk, "reasons"])
    client.post(url, {"label": "Procurement freeze", "description": "No buying at all"})
    made = row(draft, "PROCUREMENT FREEZE")
    client.post(reverse("feedback:row_edit", args=["reasons", made.pk]), {"label": "Freeze", "code": "X"})
    made.refresh_from_db()
    assert (made.code, made.label) == ("PROCUREMENT FREEZE", "Freeze")
    client.post(url, {"label": "Procurement freeze"})
    assert row(draft, "PROCUREMENT FREEZE 2").position == made.position + 1
    client.post(url, {"label": "Too many seats", "parent": row(draft, "PRICE").pk})
    assert row(draft, "PRICE/too many seats").parent.code == "PRICE"
    assert client.post(url, {"label": "price"}).status_code == 422
    assert [h.history_user for h in made.history.all()] == [admin, admin]


@pytest.mark.parametrize(
    ("kind", "code"),
    [("reasons", code) for code in ("UNKNOWN", "OTHER", "SILENT", "TIMING", "BUDGET")]
    + [("destinations", "competitor"), ("destinations", "unknown"), ("categories", "other")],
)
def test_what_the_portal_relies_on_cannot_be_retired(kind, code, admin, draft, sign_in):
    special = getattr(draft, kind).get(code=code)
    page = sign_in(admin).post(reverse("feedback:row_retire", args=[kind, special.pk]), {"replaced_by": ""})
    assert page.status_code == 422
    with pytest.raises(IntegrityError), transaction.atomic():
        type(special).objects.filter(pk=special.pk).update(retired_at=timezone.now())


def test_replacements_never_run_in_a_circle(admin, draft):
    price, value, fit = (row(draft, code) for code in ("PRICE", "VALUE", "FIT"))
    retire_row(row=price, replaced_by=value, by=admin)
    for wrong in (price, value, value.details.first(), row(draft, "UNKNOWN")):
        with pytest.raises(Refused):
            retire_row(row=value, replaced_by=wrong, by=admin)
    retire_row(row=value, replaced_by=fit, by=admin)
    with pytest.raises(Refused):
        retire_row(row=fit, replaced_by=price, by=admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reason.objects.filter(pk=price.pk).update(replaced_by=price)


def test_reports_show_one_line_a_code_in_force_along_the_chain(admin, rep, draft):
    reviews = {code: make_review(make_lost(amount=100), author=rep, code=code) for code in ("PRICE", "VALUE", "TERMS")}
    retire_row(row=row(draft, "PRICE"), replaced_by=row(draft, "VALUE"), by=admin)
    retire_row(row=row(draft, "TERMS"), replaced_by=None, by=admin)
    assert bars() == [("Price", 100), ("Terms", 100), ("Value", 100)]
    publish_taxonomy(draft=draft, by=admin)
    third = start_draft(by=admin)
    merged = add_row(draft=third, kind="reasons", row=Reason(label="Business case"), by=admin)
    retire_row(row=row(third, "VALUE"), replaced_by=merged, by=admin)
    publish_taxonomy(draft=third, by=admin)
    make_review(make_lost(amount=50), author=rep, code="BUSINESS CASE")

    assert bars() == [("Business case", 250), ("Terms (retired)", 100)]
    found = ReviewFilter({"reason": "BUSINESS CASE"}, queryset=Review.objects.all()).qs
    assert {review.reason.code for review in found} == {"PRICE", "VALUE", "BUSINESS CASE"}
    choices = [str(name) for _, name in ReviewFilter({}, queryset=Review.objects.all()).form.fields["reason"].choices]
    assert "Terms (retired)" in choices
    assert "Price" not in " ".join(choices)
    assert str(Review.objects.get(pk=reviews["TERMS"].pk).reason) == "Terms"


def test_a_second_level_that_moved_takes_its_reviews_along(admin, rep, draft):
    usability = Reason.objects.get(taxonomy__version=1, code="PRODUCT/usability")
    make_review(make_lost(amount=10), author=rep, code="PRODUCT", detail=usability)
    make_review(make_lost(amount=5), author=rep, code="PRODUCT")
    retire_row(row=row(draft, "PRODUCT/usability"), replaced_by=row(draft, "EXECUTION"), by=admin)
    publish_taxonomy(draft=draft, by=admin)
    assert bars() == [("Execution", 10), ("Product", 5)]
    for code, n in (("EXECUTION", 1), ("PRODUCT", 1)):
        assert ReviewFilter({"reason": code}, queryset=Review.objects.all()).qs.count() == n


def test_a_second_level_that_moved_follows_the_reason_it_moved_to(admin, rep, draft):
    usability = Reason.objects.get(taxonomy__version=1, code="PRODUCT/usability")
    make_review(make_lost(amount=10), author=rep, code="PRODUCT", detail=usability)
    there = row(draft, "PRICE").details.first()
    retire_row(row=row(draft, "PRODUCT/usability"), replaced_by=there, by=admin)
    retire_row(row=row(draft, "PRICE"), replaced_by=row(draft, "VALUE"), by=admin)
    publish_taxonomy(draft=draft, by=admin)
    assert bars() == [("Value", 10)]
    assert ReviewFilter({"reason": "VALUE"}, queryset=Review.objects.all()).qs.count() == 1


def test_the_alarm_about_other_follows_what_other_replaced(admin, rep, draft):
    make_review(make_lost(), author=rep, code="TERMS")
    retire_row(row=row(draft, "TERMS"), replaced_by=row(draft, "OTHER"), by=admin)
    publish_taxonomy(draft=draft, by=admin)
    assert other_share(Opportunity.objects.all()).part == 1


def test_a_review_begun_before_is_finished_with_the_lists_it_began_with(admin, rep, draft, sign_in):
    deal, client = make_lost(owner=rep), sign_in(rep)
    answer = reverse("feedback:review_answer", args=[deal.pk, "reason"])
    old = Reason.objects.get(taxonomy__version=1, code="PRICE")
    client.post(answer, {"reason": old.pk})
    retire_row(row=row(draft, "PRICE"), replaced_by=row(draft, "VALUE"), by=admin)
    publish_taxonomy(draft=draft, by=admin)

    unknown = Destination.objects.get(taxonomy__version=1, code="unknown")
    client.post(reverse("feedback:review_answer", args=[deal.pk, "destination"]), {"destination": unknown.pk})
    assert client.post(reverse("feedback:review_submit", args=[deal.pk])).status_code == 302
    review = deal.reviews.get()
    assert (review.is_submitted, review.taxonomy.version, review.reason) == (True, 1, old)
    assert [label for label, _ in bars()] == ["Value"]


def test_a_form_shown_before_the_publication_is_understood_after_it(admin, rep, draft, sign_in):
    deal = make_lost(owner=rep)
    shown = Reason.objects.get(taxonomy__version=1, code="TRUST")
    publish_taxonomy(draft=draft, by=admin)
    sign_in(rep).post(reverse("feedback:review_answer", args=[deal.pk, "reason"]), {"reason": shown.pk})
    assert deal.reviews.get().reason == row(draft, "TRUST")


def test_themes_follow_and_only_moved_ones_have_it_in_their_history(admin, draft):
    price, terms = make_theme("Dear", category="price"), make_theme("Strict", category="terms")
    retire_row(row=draft.categories.get(code="terms"), replaced_by=draft.categories.get(code="price"), by=admin)
    publish_taxonomy(draft=draft, by=admin)
    for theme, moves in ((price, 0), (terms, 1)):
        edits = theme.history.filter(history_type="~")
        theme.refresh_from_db()
        assert (theme.category, edits.count()) == (draft.categories.get(code="price"), moves)
    assert terms.history.first().history_user == admin
    assert Category.objects.filter(taxonomy__version=1, code="terms").exists()


def test_comparing_names_every_change_with_what_is_coded(admin, rep, draft):
    make_review(make_lost(), author=rep, code="PRICE")
    price = row(draft, "PRICE")
    price.label = "Too dear"
    actions.change_row(row=price, fields=["label"], by=admin)
    add_row(draft=draft, kind="destinations", row=Destination(label="Partner"), by=admin)
    retire_row(row=draft.categories.get(code="terms"), replaced_by=None, by=admin)
    actions.move_row(row=row(draft, "VALUE"), up=True, by=admin)
    found = changes(draft, Taxonomy.objects.get(version=1))
    assert {(c.kind, c.what, c.label) for c in found} == {
        ("reasons", "Relabelled", "Too dear"),
        ("destinations", "Added", "Partner"),
        ("categories", "Retired", "Terms"),
        ("reasons", "Reordered", "All"),
    }
    assert next(c.coded for c in found if c.label == "Too dear") == "1 review"


def test_restoring_takes_along_what_went_with_it(admin, draft):
    price = retire_row(row=row(draft, "PRICE"), replaced_by=row(draft, "VALUE"), by=admin)
    assert not price.details.in_use().exists()
    with pytest.raises(Refused):
        actions.restore_row(row=price.details.first(), by=admin)
    actions.restore_row(row=price, by=admin)
    assert price.details.in_use().count() == 4
    assert changes(draft, Taxonomy.objects.get(version=1)) == []


def test_taking_out_is_only_for_what_was_added(admin, draft):
    new = add_row(draft=draft, kind="reasons", row=Reason(label="New"), by=admin)
    old = retire_row(row=row(draft, "TERMS"), replaced_by=new, by=admin)
    for wrong in (new, old):
        with pytest.raises(Refused):
            actions.remove_row(row=wrong, by=admin)
    retire_row(row=old, replaced_by=None, by=admin)
    actions.remove_row(row=new, by=admin)
    assert not draft.reasons.filter(code="NEW").exists()


def test_a_new_reason_goes_with_its_second_level_whatever_replaces_what(admin, draft):
    new = add_row(draft=draft, kind="reasons", row=Reason(label="New"), by=admin)
    first, second, third = (
        add_row(draft=draft, kind="reasons", row=Reason(label=label, parent=new), by=admin) for label in "abc"
    )
    retire_row(row=third, replaced_by=first, by=admin)
    retire_row(row=first, replaced_by=second, by=admin)
    actions.remove_row(row=new, by=admin)
    assert not draft.reasons.filter(code__startswith="NEW").exists()


def test_a_discarded_draft_makes_room_for_another(admin, draft):
    actions.discard_draft(draft=draft, by=admin)
    actions.discard_draft(draft=draft, by=admin)
    with pytest.raises(Refused):
        publish_taxonomy(draft=draft, by=admin)
    again = start_draft(by=admin)
    assert (again.version, Taxonomy.objects.current().version) == (3, 1)


def test_on_the_way_back_to_a_former_release_discarded_drafts_go(admin, draft):
    retire_row(row=row(draft, "PRICE"), replaced_by=row(draft, "VALUE"), by=admin)
    actions.discard_draft(draft=draft, by=admin)
    kept = start_draft(by=admin)
    before = {kind: list(getattr(kept, kind).values_list("pk", flat=True)) for kind in actions.KINDS}
    import_module("feedback.migrations.0015_discarded_drafts").without_discarded(apps, None)
    assert list(Taxonomy.objects.values_list("version", flat=True)) == [kept.version, 1]
    assert {kind: list(getattr(kept, kind).values_list("pk", flat=True)) for kind in actions.KINDS} == before
    assert not Reason.objects.filter(taxonomy_id=draft.pk).exists()


def test_the_pages_cost_the_same_however_many_rows(admin, draft, sign_in, django_assert_max_num_queries):
    client = sign_in(admin)
    for n in range(20):
        add_row(draft=draft, kind="reasons", row=Reason(label=f"Reason {n}"), by=admin)
    with django_assert_max_num_queries(30):
        assert b"Reason 19" in client.get(draft.get_absolute_url()).content
    with django_assert_max_num_queries(30):
        page = client.get(reverse("feedback:taxonomy_compare", args=[draft.pk]))
    assert b"20 changes" in page.content
    assert b"Publish version 2" in page.content
    with django_assert_max_num_queries(15):
        client.get(reverse("feedback:taxonomy_list"))
    client.post(reverse("feedback:taxonomy_publish", args=[draft.pk]))
    assert Taxonomy.objects.current() == draft
