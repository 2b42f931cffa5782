"""axe finds nothing on any page: full and empty, light and dark, as wide as a desk and as narrow as a phone."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse

from objections.theming.pile import next_offer
from tests.browser.conftest import DESK
from tests.browser.pages import LISTS, add_group, all_pages, public_pages, visit

pytestmark = pytest.mark.browser

# axe may not fetch the stylesheets again: the CSP lets it not, and the rules that need it are about other things.
OPTIONS = {"preload": False, "resultTypes": ["violations"]}
PHONE = {"width": 360, "height": 740}
LOOKS = [("light", DESK), ("dark", PHONE)]  # each theme and each width once, for the time it takes


def findings(page, pages, status=200, looks=None) -> list[str]:
    """One line for each page, look, rule and place."""
    lines = []
    for at, (name, url) in enumerate(pages.items()):
        visit(page, url, status)
        lines += seen_in(looks(at) if looks else LOOKS, page, name)
    return lines


def in_turn(at):
    """One of the looks for each page: what all pages share is in both by then."""
    return [LOOKS[at % len(LOOKS)]]


def seen_in_all_looks(page, name) -> list[str]:
    return seen_in(LOOKS, page, name)


def seen_in(looks, page, name) -> list[str]:
    lines = []
    page.evaluate(AXE_SCRIPT)
    for colours, size in looks:
        # Reduced motion: without it colours fade from one theme to the other, and axe looks while they do.
        page.emulate_media(color_scheme=colours, reduced_motion="reduce")
        page.set_viewport_size(size)
        lines += [f"{name} · {colours}, {size['width']} px · {line}" for line in violations(page)]
    return lines


def violations(page) -> list[str]:
    found = page.evaluate("options => axe.run(options)", OPTIONS)["violations"]
    places = [(rule["id"], node) for rule in found for node in rule["nodes"]]
    return [f"{rule} · {' '.join(map(str, node['target']))} · {node['failureSummary']}" for rule, node in places]


def test_it_finds_nothing_on_any_page(scene, admin, open_as):
    found = findings(open_as(admin), all_pages(scene), looks=in_turn)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("role", ["rep", "manager", "marketer", "leader"])
def test_it_finds_nothing_on_the_pages_of_a_role(role, scene, request, open_as, monkeypatch):
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


def test_it_finds_nothing_in_an_empty_portal(admin, open_as):
    found = findings(open_as(admin), {f"empty {name}": reverse(name) for name in LISTS})
    assert not found, "\n".join(found)


def test_it_finds_nothing_on_public_pages(company, open_as):
    found = findings(open_as(None), public_pages())
    assert not found, "\n".join(found)


def test_it_finds_nothing_on_pages_that_refuse(rep, open_as, faults):
    faults.meant = {403, 404}
    page = open_as(rep)
    found = findings(page, {"403": reverse("feedback:company")}, 403) + findings(page, {"404": "/deals/999999/"}, 404)
    assert not found, "\n".join(found)


def test_it_finds_nothing_in_what_swagger_draws(rep, open_as):
    """The API's page: the list of addresses, two of them open, one asked, and the dialog for a token."""
    page = open_as(rep)
    visit(page, reverse("api:docs"))
    page.locator(".opblock").first.wait_for()
    found = seen_in_all_looks(page, "list")
    page.set_viewport_size(DESK)
    for method in ("get", "post"):
        page.locator(f".opblock-{method}", has_text="/api/v1/objections/").first.locator("button").first.click()
    page.locator(".opblock-post .examples-select-element").wait_for()
    found += seen_in_all_looks(page, "open")
    page.set_viewport_size(DESK)
    page.locator(".try-out__btn").first.click()
    page.locator(".execute").first.click()
    page.locator(".live-responses-table .highlight-code").first.wait_for()
    found += seen_in_all_looks(page, "asked")
    page.set_viewport_size(DESK)
    page.locator(".btn.authorize").click()
    page.locator(".modal-ux").wait_for()
    found += seen_in_all_looks(page, "token")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("dialog", ["palette", "keys"])
def test_it_finds_nothing_in_a_dialog(dialog, rep, open_as):
    page = open_as(rep)
    visit(page, "/")
    page.keyboard.press({"palette": "/", "keys": "?"}[dialog])
    page.evaluate(AXE_SCRIPT)
    assert violations(page) == []


@pytest.mark.parametrize(("colours", "pale"), [("light", "#aaa"), ("dark", "#555")])
def test_it_would_find_what_is_wrong(colours, pale, company, open_as):
    """That it looks at all: words that can hardly be read, and a picture without words."""
    page = open_as(None, color_scheme=colours)
    visit(page, reverse("login"))
    page.evaluate(f"document.querySelector('h1').style.color = '{pale}'; document.forms[0].append(new Image())")
    page.evaluate(AXE_SCRIPT)
    assert {line.split(" · ")[0] for line in violations(page)} == {"color-contrast", "image-alt"}
