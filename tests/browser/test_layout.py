"""What every page keeps to: no scrolling sideways at any width, one main heading, a title, links that lead on."""

import pytest
from django.urls import reverse

from tests.browser.pages import LISTS, add_states, all_pages, public_pages, visit
from tests.scene import make_scene

pytestmark = pytest.mark.browser

WIDTHS = [360, 768, 1440]
LONG = "Donaudampfschifffahrtsgesellschaftskapitaensmuetzenabzeichenverordnung"

# What sticks out: of the elements that reach over the edge those with none such inside, and holders of words that do.
STICKING_OUT = """() => {
  const edge = document.documentElement.clientWidth + 1;
  const wide = (e) => e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1;
  const out = [...document.body.querySelectorAll("*")]
    .filter((e) => (wide(e) || e.getBoundingClientRect().right > edge) && !e.closest(".visually-hidden, .rail, thead"));
  return out.filter((e) => !out.some((other) => other !== e && e.contains(other)))
    .map((e) => `${e.tagName} ${e.className?.baseVal ?? e.className} ${e.textContent.trim().slice(0, 30)}`);
}"""


def sideways(page, pages) -> list[str]:
    """One line for each page and width that scrolls sideways, with what sticks out."""
    lines = []
    for name, url in pages.items():
        visit(page, url)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                lines.append(f"{name} · {width} px · {page.evaluate(STICKING_OUT)}")
    return lines


@pytest.fixture
def scene(rep, other_rep, manager, marketer, leader, admin):
    scene = make_scene(rep=rep, marketer=marketer, leader=leader)
    add_states(scene, rep=rep, leader=leader)
    return scene


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


def test_no_page_scrolls_sideways(scene, admin, open_as):
    found = sideways(open_as(admin), all_pages(scene))
    assert not found, "\n".join(found)


def test_no_long_word_makes_a_page_scroll_sideways(scene, long_words, admin, open_as):
    found = sideways(open_as(admin), all_pages(scene))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("role", ["rep", "manager", "marketer", "leader"])
def test_no_home_page_scrolls_sideways(role, scene, request, open_as):
    found = sideways(open_as(request.getfixturevalue(role)), {role: "/"})
    assert not found, "\n".join(found)


def test_no_empty_page_scrolls_sideways(admin, open_as):
    found = sideways(open_as(admin), {name: reverse(name) for name in LISTS})
    assert not found, "\n".join(found)


def test_no_public_page_scrolls_sideways(company, open_as):
    found = sideways(open_as(None), public_pages())
    assert not found, "\n".join(found)


def test_every_page_has_one_main_heading_a_title_and_named_fields(scene, admin, open_as):
    page, found = open_as(admin), []
    for name, url in all_pages(scene).items():
        visit(page, url)
        heads = page.locator("h1").all_inner_texts()
        if len(heads) != 1 or not heads[0].strip():
            found.append(f"{name} · main headings: {heads}")
        if not page.title().removesuffix(" · Closed Loop").strip():
            found.append(f"{name} · title: {page.title()}")
        labels = page.locator("label, legend").all_text_contents()
        found += [f"{name} · label: {label}" for label in labels if not label.strip()]
    assert not found, "\n".join(found)


def test_every_link_leads_to_a_page(scene, admin, open_as, live_server):
    page, seen = open_as(admin), {}
    for name, url in all_pages(scene).items():
        visit(page, url)
        for target in page.locator("a").evaluate_all("links => links.map((a) => a.getAttribute('href') && a.href)"):
            assert target, f"{name} has a link without an address"
            seen.setdefault(target.split("#")[0], name)
    answers = {url: page.request.get(url).status for url in seen if url.startswith(live_server.url)}
    assert [f"{seen[url]} · {url} · {status}" for url, status in answers.items() if status >= 400] == []


def test_no_empty_page_has_a_link_without_an_address(admin, open_as):
    page = open_as(admin)
    for name in LISTS:
        visit(page, reverse(name))
        assert page.locator("a:not([href]), a[href='']").count() == 0, name
