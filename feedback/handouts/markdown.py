"""The meeting as Markdown, for a wiki or a message."""

from bs4 import BeautifulSoup
from markdownify import ATX, BACKSLASH, MarkdownConverter

from feedback.handouts import Handout

DRAWN = ["svg", "summary"]  # the table behind each picture says the same


# What people wrote is neither link, picture, heading nor HTML to whatever shows the Markdown; a line's end stays one.
HOW = {"heading_style": ATX, "bullets": "*", "escape_misc": True, "newline_style": BACKSLASH}


def markdown(handout: Handout) -> str:
    """The page's words under its headings, quotes as quotes and figures as tables."""
    page = BeautifulSoup(handout.html, "html.parser")
    for each in page.find_all(DRAWN) + page.find_all(class_="pareto"):
        each.decompose()
    for each in page.find_all(class_="stats"):
        each.name = "ul"
        for stat in each.find_all(class_="stat"):
            stat.name = "li"
            label, *rest = (line.get_text(" ", strip=True) for line in stat.find_all("p"))
            stat.string = f"{label}: {' · '.join(words for words in rest if words)}"
    for each in page.find_all("figcaption"):
        said = " · ".join(words for span in each.find_all("span") if (words := span.get_text(" ", strip=True)))
        each.name, each.string = "p", said
    words = MarkdownConverter(**HOW).convert_soup(page)
    lines = "\n".join(line.rstrip() for line in words.splitlines())
    while "\n\n\n" in lines:
        lines = lines.replace("\n\n\n", "\n\n")
    head = BeautifulSoup("", "html.parser").new_tag("p")
    head.string = f"{handout.company.name} · {handout.facts}"
    return f"# {handout.title}\n\n{MarkdownConverter(**HOW).convert_soup(head).strip()}\n\n{lines.strip()}\n"
