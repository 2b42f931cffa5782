"""What every page keeps to: no scrolling sideways at any width, one main heading, a title, links that lead on."""

WIDTHS = [360, 768, 1440]
# What sticks out: of the elements that reach over the edge those with none such inside, and holders of words that do.
STICKING_OUT = """() => {
  const edge = document.documentElement.clientWidth + 1;
  const wide = (e) => e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1;
  const out = [...document.body.querySelectorAll("*")]
    .filter((e) => (wide(e) || e.getBoundingClientRect().right > edge) && !e.closest(".visually-hidden, .rail, thead"));
  return out.filter((e) => !out.some((other) => other !== e && e.contains(other)))
    .map((e) => `${e.tagName} ${e.className?.baseVal ?? e.className} ${e.textContent.trim().slice(0, 30)}`);
}"""


def sideways(page) -> list[str]:
    """The widths at which the page scrolls sideways, with what sticks out."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{width} px: {page.evaluate(STICKING_OUT)}")
    return found


def unnamed(page) -> list[str]:
    """What lacks its words: the main heading, the title of the window, a field, a link's address."""
    found = []
    heads = page.locator("h1").all_inner_texts()
    if len(heads) != 1 or not heads[0].strip():
        found.append(f"main headings: {heads}")
    if not page.title().removesuffix(" · Closed Loop").strip():
        found.append(f"title: {page.title()}")
    labels = page.locator("label, legend").all_text_contents()
    found += [f"label: {words}" for words in labels if not words.strip() or "invalid name" in words]
    return found + [f"no address: {words}" for words in page.locator("a:not([href]), a[href='']").all_text_contents()]
