"""What a section's page says, line by line, for where there is no page."""

from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import Tag

# What stands apart only by its looks, and what is said as a whole.
PARTED = ".item-note, .item > .number, .pill, h3 > .muted, h4 > .muted, .section-head > p, .heard-figures > span + span"
HEADS = ("h3", "h4")
SAID_WHOLE = {"stat", "notice", "quote", "pareto", "item", "section-head"}
DRAWN = ("table", "svg")


@dataclass(frozen=True)
class Line:
    text: str
    is_head: bool = False


def lines_of(page: Tag, *, with_tables: bool) -> list[Line]:
    """Figures with their notes, headings, paragraphs, rows of lists, quotes, and tables where they are asked for."""
    said = ((each, words) for each in page.find_all(True) for words in _said(each, with_tables))
    return [Line(words, each.name in HEADS or "section-head" in each.get("class", [])) for each, words in said if words]


def _said(each: Tag, with_tables: bool) -> Iterator[str]:
    classes = each.get("class", [])
    if _is_inside(each) or "notice" in classes:
        return
    if "stat" in classes:
        label, *rest = (text_of(line) for line in each.find_all("p"))
        yield f"{label}: {' · '.join(filter(None, rest))}"
    elif "quote" in classes:
        source = [text_of(span) for span in each.find("figcaption").find_all("span")]
        yield f"“{text_of(each.find('blockquote'))}” – {' · '.join(source)}"
    elif each.name == "table" and (with_tables or "crossed" in classes):  # no chart says what two axes do
        yield from (" · ".join(text_of(cell) for cell in row.find_all(["th", "td"])) for row in each.find_all("tr"))
    elif each.name in (*HEADS, "p") or {"coverage", "section-head"} & {*classes} or _is_row_or_title(each, with_tables):
        yield text_of(each)


def _is_row_or_title(each: Tag, with_tables: bool) -> bool:
    """A chart has its title itself; a row that holds paragraphs is said by them."""
    if each.name == "li":
        return each.find("p") is None
    return with_tables and "figure-title" in each.get("class", [])


def _is_inside(each: Tag) -> bool:
    """Whether it is a part of what is said as a whole, or drawn."""
    return any(outer.name in DRAWN or not SAID_WHOLE.isdisjoint(outer.get("class", ())) for outer in each.parents)


def text_of(each: Tag) -> str:
    """Its words with single spaces; parts that only their looks hold apart stand apart by a dot."""
    apart = set(map(id, each.select(PARTED)))
    words = "".join(_pieces(each, apart))
    return " · ".join(filter(None, (" ".join(part.split()) for part in words.split("\0"))))


def _pieces(each: Tag, apart: set[int]) -> Iterator[str]:
    for child in each.children:
        if not isinstance(child, Tag):
            yield str(child)
        elif child.name == "br":
            yield "\0"
        elif child.name != "svg":
            if id(child) in apart:
                yield "\0"
            yield from _pieces(child, apart)
