import pytest
from django.urls import reverse

from feedback.actions.company import SegmentRefused, merge_segments
from feedback.models import ExclusionRule, Segment
from tests.factories import make_account

LIST = reverse("feedback:segment_list")


def at(name, segment):
    return reverse(f"feedback:{name}", args=[segment.pk])


def make_segment(value, *accounts, dimension="region"):
    segment = Segment.objects.create(dimension=dimension, value=value)
    for account in accounts:
        make_account(account).segments.add(segment)
    return segment


@pytest.fixture
def admins(admin, sign_in):
    return sign_in(admin)


def test_an_admin_adds_and_renames_a_segment(admins, admin):
    admins.post(LIST, {"dimension": "industry", "value": "Retail"})
    segment = Segment.objects.get(value="Retail")
    admins.post(at("segment_edit", segment), {"value": "Retail and trade"})
    segment.refresh_from_db()
    assert (segment.dimension, segment.value) == ("industry", "Retail and trade")
    assert segment.history.first().history_user == admin


@pytest.mark.parametrize("value", ["north", "NORTH", ""])
def test_a_name_that_is_taken_is_refused_with_what_was_typed(value, admins):
    make_segment("North")
    other = make_segment("South")
    assert admins.post(LIST, {"dimension": "region", "value": value}).status_code == 422
    assert admins.post(at("segment_edit", other), {"value": value}).status_code == 422
    other.refresh_from_db()
    assert other.value == "South"


def test_the_same_name_in_another_dimension_is_fine(admins):
    make_segment("North")
    assert admins.post(LIST, {"dimension": "industry", "value": "North"}).status_code == 302


def test_merging_moves_every_account_once_and_the_audit_says_into_what(admins, admin):
    north, nord = make_segment("North", "Acme", "Hansa"), make_segment("Nord", "Hansa", "Rheno")
    assert admins.post(at("segment_merge", nord), {"into": north.pk}).url == LIST
    assert sorted(north.accounts.values_list("name", flat=True)) == ["Acme", "Hansa", "Rheno"]
    assert not Segment.objects.filter(pk=nord.pk).exists()
    entry = admins.get(reverse("feedback:audit_list"), {"kind": "segment"}).context["entries"][0]
    assert (entry.row, entry.deed, entry.by) == ("Nord", "deleted, merged into North", admin)


def test_segments_of_two_dimensions_are_not_merged(admins, admin):
    north, retail = make_segment("North"), make_segment("Retail", dimension="industry")
    assert admins.post(at("segment_merge", north), {"into": retail.pk}).status_code == 422
    for wrong in (retail, north):
        with pytest.raises(SegmentRefused):
            merge_segments(segment=north, into=wrong, by=admin)
    assert Segment.objects.count() == 2


def test_only_an_unused_segment_is_deleted(admins):
    used, unused = make_segment("North", "Acme"), make_segment("South")
    page = admins.post(at("segment_delete", used))
    assert page.status_code == 422
    assert b"Merge it into another instead" in page.content
    assert admins.post(at("segment_delete", unused)).url == LIST
    assert list(Segment.objects.all()) == [used]


@pytest.mark.parametrize("act", ["segment_delete", "segment_merge"])
def test_one_that_an_exclusion_rule_names_stays(act, admins, admin):
    named, other = make_segment("North"), make_segment("South")
    ExclusionRule.objects.create(reason="Handled by a partner", segment=named, by=admin)
    page = admins.post(at(act, named), {"into": other.pk})
    assert page.status_code == 422
    assert "“Handled by a partner” names this segment" in page.content.decode()
    assert Segment.objects.filter(pk=named.pk).exists()


def test_a_leader_reads_them_and_adds_none(leader, sign_in):
    make_segment("North", "Acme")
    client = sign_in(leader)
    assert b"1 account" in client.get(LIST).content
    assert client.post(LIST, {"dimension": "region", "value": "x"}).status_code == 403


def test_the_list_costs_the_same_number_of_queries_for_many(admins, django_assert_max_num_queries):
    for number in range(30):
        make_segment(f"Region {number}", f"Account {number}")
    with django_assert_max_num_queries(13):
        admins.get(LIST)
