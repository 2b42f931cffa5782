"""axe finds nothing on any page: full and empty, light and dark, as wide as a desk and as narrow as a phone."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse

from tests.browser.conftest import DESK
from tests.browser.pages import LISTS, all_pages, public_pages, visit

pytestmark = pytest.mark.browser

# axe may not fetch the stylesheets again: the CSP lets it not, and the rules that need it are about other things.
OPTIONS = {"preload": False, "resultTypes": ["violations"]}
PHONE = {"width": 360, "height": 740}
LOOKS = [("light", DESK), ("dark", DESK), ("light", PHONE)]
SETTLED = """() => Promise.allSettled(
  document.getAnimations().filter((each) => each instanceof CSSTransition).map((each) => each.finished)
)"""


def findings(page, pages, status=200) -> list[str]:
    """One line for each page, look, rule and place."""
    lines = []
    for name, url in pages.items():
        visit(page, url, status)
        page.evaluate(AXE_SCRIPT)
        for colours, size in LOOKS:
            page.emulate_media(color_scheme=colours)
            page.set_viewport_size(size)
            page.evaluate(SETTLED)  # colours fade from one theme to the other
            lines += [f"{name} · {colours}, {size['width']} px · {line}" for line in violations(page)]
    return lines


def violations(page) -> list[str]:
    found = page.evaluate("options => axe.run(options)", OPTIONS)["violations"]
    places = [(rule["id"], node) for rule in found for node in rule["nodes"]]
    return [f"{rule} · {' '.join(map(str, node['target']))} · {node['failureSummary']}" for rule, node in places]


def test_it_finds_nothing_on_any_page(scene, admin, open_as):
    found = findings(open_as(admin), all_pages(scene))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("role", ["rep", "manager", "marketer", "leader"])
def test_it_finds_nothing_on_the_pages_of_a_role(role, scene, request, open_as):
    names = ["feedback:home", "feedback:review_owed", "feedback:notification_list", "objections:theme_list"]
    pages = {f"{role}: {name}": reverse(name) for name in names}
    pages[f"{role}: collateral"] = scene.collateral.get_absolute_url()
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
