"""What this app shows in a review meeting. Nothing here names a rep: meetings look for patterns."""

from feedback.meetings import Section, add_section
from feedback.sections import coverage, deals, decisions, headline, last_time, reasons

TEMPLATES = "feedback/meetings/sections"


def register() -> None:
    for key, title, position, module in (
        ("coverage", "What we know", 10, coverage),
        ("last_time", "Since last time", 20, last_time),
        ("headline", "The month in numbers", 30, headline),
        ("reasons", "Why we lost", 40, reasons),
        ("deals", "Deals to discuss", 60, deals),
        ("decisions", "Decisions and actions", 90, decisions),
    ):
        of_month = module in (coverage, headline, reasons)
        add_section(Section(key, title, position, f"{TEMPLATES}/{key}.html", module.collect, of_month))
