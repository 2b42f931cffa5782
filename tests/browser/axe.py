"""What axe finds on a page, in light and dark, as wide as a desk and as narrow as a phone."""

from axe_playwright_python.base import AXE_SCRIPT

from tests.browser.conftest import DESK

# axe may not fetch the stylesheets again: the CSP lets it not, and the rules that need it are about other things.
OPTIONS = {"preload": False, "resultTypes": ["violations"]}
PHONE = {"width": 360, "height": 740}
LOOKS = [("light", DESK), ("dark", PHONE)]  # each theme and each width once, for the time it takes


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
