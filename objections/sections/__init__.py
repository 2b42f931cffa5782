"""What this app shows in a review meeting."""

from feedback.meetings import Section, add_section
from objections.sections import shipped, themes

TEMPLATES = "objections/sections"


def register() -> None:
    title = "What buyers objected to"
    add_section(Section("themes", title, 50, f"{TEMPLATES}/themes.html", themes.collect, is_of_month=True))
    add_section(Section("shipped", "Answers shipped", 70, f"{TEMPLATES}/shipped.html", shipped.collect))
