"""The frame of every page: which entry of the rail is the page's."""

import pytest
from django.urls import reverse

from tests.factories import make_lost, make_objection, make_theme


@pytest.mark.parametrize("name", ["feedback:review_edit", "feedback:opportunity_detail"])
def test_a_review_is_a_review_though_it_stands_below_its_deal(name, rep, sign_in):
    deal = make_lost(owner=rep)
    rail = sign_in(rep).get(reverse(name, args=[deal.pk])).context["shell"]["rail"]
    here = {"feedback:review_edit": "Reviews", "feedback:opportunity_detail": "Deals"}[name]
    assert [entry["label"] for entry in rail if entry["is_current"]] == [here]


@pytest.mark.parametrize(
    ("name", "here"),
    [
        ("feedback:home", ["Home"]),
        ("objections:proposal_list", ["Themes"]),
        ("objections:pile", ["Themes"]),
        ("objections:collateral_list", ["Content"]),
        ("objections:objection_mine", ["Objections"]),
        ("feedback:notification_list", []),
    ],
)
def test_other_pages_belong_where_their_address_says(name, here, rep, sign_in):
    make_objection(author=rep)
    make_theme()
    rail = sign_in(rep).get(reverse(name)).context["shell"]["rail"]
    assert [entry["label"] for entry in rail if entry["is_current"]] == here
