"""axe finds nothing on any page: full and empty, light and dark, as wide as a desk and as narrow as a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from tests.browser.pages import LISTS, add_states, all_pages, public_pages, visit
from tests.scene import make_scene

pytestmark = pytest.mark.browser

# axe may not fetch the stylesheets again: the CSP lets it not, and the rules that need it are about other things.
OPTIONS = {"preload": False, "resultTypes": ["violations"]}
LOOKS = [
    pytest.param("light", {"width": 1440, "height": 900}, id="light"),
    pytest.param("dark", {"width": 1440, "height": 900}, id="dark"),
    pytest.param("light", {"width": 360, "height": 740}, id="phone"),
]


def findings(page, pages, status=200) -> list[str]:
    """One line for each page, rule and place."""
    lines = []
    for name, url in pages.items():
        visit(page, url, status)
        lines += [f"{name} · {line}" for line in violations(page)]
    return lines


def violations(page) -> list[str]:
    found = Axe().run(page, options=OPTIONS).response["violations"]
    places = [(rule["id"], node) for rule in found for node in rule["nodes"]]
    return [f"{rule} · {' '.join(map(str, node['target']))} · {node['failureSummary']}" for rule, node in places]


@pytest.fixture
def scene(rep, other_rep, manager, marketer, leader, admin):
    scene = make_scene(rep=rep, marketer=marketer, leader=leader)
    add_states(scene, rep=rep, leader=leader)
    return scene


@pytest.mark.parametrize(("colours", "size"), LOOKS)
def test_it_finds_nothing_on_any_page(colours, size, scene, admin, open_as):
    found = findings(open_as(admin, color_scheme=colours, viewport=size), all_pages(scene))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("role", ["rep", "manager", "marketer", "leader"])
def test_it_finds_nothing_on_the_pages_of_a_role(role, colours, scene, request, open_as):
    names = ["feedback:home", "feedback:review_owed", "feedback:notification_list", "objections:theme_list"]
    pages = {f"{role}: {name}": reverse(name) for name in names}
    pages[f"{role}: collateral"] = scene.collateral.get_absolute_url()
    found = findings(open_as(request.getfixturevalue(role), color_scheme=colours), pages)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_it_finds_nothing_in_an_empty_portal(colours, admin, open_as):
    found = findings(open_as(admin, color_scheme=colours), {f"empty {name}": reverse(name) for name in LISTS})
    assert not found, "\n".join(found)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_it_finds_nothing_on_public_pages(colours, company, open_as):
    found = findings(open_as(None, color_scheme=colours), public_pages())
    assert not found, "\n".join(found)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_it_finds_nothing_on_pages_that_refuse(colours, rep, open_as, faults):
    faults.meant = {403, 404}
    page = open_as(rep, color_scheme=colours)
    found = findings(page, {"403": reverse("feedback:company")}, 403) + findings(page, {"404": "/deals/999999/"}, 404)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("colours", "pale"), [("light", "#aaa"), ("dark", "#555")])
def test_it_would_find_what_is_wrong(colours, pale, company, open_as):
    """That it looks at all: words that can hardly be read, and a picture without words."""
    page = open_as(None, color_scheme=colours)
    visit(page, reverse("login"))
    page.evaluate(f"document.querySelector('h1').style.color = '{pale}'; document.forms[0].append(new Image())")
    assert {line.split(" · ")[0] for line in violations(page)} == {"color-contrast", "image-alt"}
