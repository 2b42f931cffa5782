"""Every page, full and empty: it keeps to the rules of layout.py, and axe finds nothing on it. Each is opened once."""

import pytest
from django.urls import reverse

from objections.theming.pile import next_offer
from tests.browser.axe import LOOKS, in_turn, seen_in
from tests.browser.layout import sideways, unnamed
from tests.browser.pages import LISTS, add_group, all_pages, public_pages, visit

pytestmark = pytest.mark.browser

LONG = "Donaudampfschifffahrtsgesellschaftskapitaensmuetzenabzeichenverordnung"


def findings(page, pages, status=200, looks=None) -> list[str]:
    """One line for each page and rule it breaks, and for each page, look, rule and place that axe finds."""
    lines = []
    for at, (name, url) in enumerate(pages.items()):
        visit(page, url, status)
        lines += [f"{name} · {found}" for found in sideways(page) + unnamed(page)]
        lines += seen_in(looks(at) if looks else LOOKS, page, name)
    return lines


@pytest.fixture
def long_words(scene):
    """What people write freely, as one word too long for a phone."""
    for row, field in (
        (scene.open, "name"),
        (scene.owed, "name"),
        (scene.theme, "name"),
        (scene.objection, "text"),
        (scene.request, "title"),
        (scene.collateral, "title"),
        (scene.notification, "title"),
        (scene.action, "text"),
        (scene.decision, "text"),
        (scene.answer, "text"),
    ):
        setattr(row, field, LONG)
        row.save()


def test_nothing_is_wrong_with_any_page(scene, long_words, admin, open_as):
    found = findings(open_as(admin), all_pages(scene), looks=in_turn)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("role", ["rep", "manager", "marketer", "leader"])
def test_nothing_is_wrong_with_the_pages_of_a_role(role, scene, request, open_as, monkeypatch):
    names = ["feedback:home", "feedback:review_owed", "feedback:notification_list", "objections:theme_list"]
    pages = {f"{role}: {name}": reverse(name) for name in names}
    pages[f"{role}: collateral"] = scene.collateral.get_absolute_url()
    if role == "marketer":
        rep, marketer = (request.getfixturevalue(name) for name in ("rep", "marketer"))
        add_group(scene, rep=rep, marketer=marketer, monkeypatch=monkeypatch)
        pages["a group of the pile"] = reverse("objections:pile")
        assert next_offer(marketer.pk).is_group
    found = findings(open_as(request.getfixturevalue(role)), pages)
    assert not found, "\n".join(found)


def test_nothing_is_wrong_in_an_empty_portal(admin, open_as):
    found = findings(open_as(admin), {f"empty {name}": reverse(name) for name in LISTS}, looks=in_turn)
    assert not found, "\n".join(found)


def test_nothing_is_wrong_with_public_pages(company, open_as):
    found = findings(open_as(None), public_pages())
    assert not found, "\n".join(found)


def test_nothing_is_wrong_with_pages_that_refuse(rep, open_as, faults):
    faults.meant = {403, 404}
    page = open_as(rep)
    found = findings(page, {"403": reverse("feedback:company")}, 403) + findings(page, {"404": "/deals/999999/"}, 404)
    assert not found, "\n".join(found)
