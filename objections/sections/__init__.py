"""What this app shows in a review meeting."""

from feedback.meetings import Section, add_section
from objections.sections import shipped, themes

TEMPLATES = "objections/sections"


def register() -> None:
    add_section(Section("themes", "What buyers objected to", 50, f"{TEMPLATES}/themes.html", themes.collect))
    add_section(Section("shipped", "Answers shipped", 70, f"{TEMPLATES}/shipped.html", shipped.collect))
