"""What this app shows in a review meeting. Nothing here names a rep: meetings look for patterns."""

from feedback.meetings import add_module
from feedback.sections import (
    agreement,
    coverage,
    deals,
    decisions,
    definitions,
    destinations,
    headline,
    landing,
    last_time,
    quality,
    reasons,
)

TEMPLATES = "feedback/meetings/sections"
OF_MONTH = (coverage, quality, headline, reasons, destinations, landing)


def register() -> None:
    for key, title, position, module in (
        ("coverage", "What we know", 10, coverage),
        ("quality", "What the reviews are worth", 12, quality),
        ("agreement", "Coded twice", 14, agreement),
        ("last_time", "Since last time", 20, last_time),
        ("headline", "In numbers", 30, headline),
        ("reasons", "Why we lost", 40, reasons),
        ("destinations", "Where the money went", 45, destinations),
        ("deals", "Deals to discuss", 60, deals),
        ("landing", "Where we do not land", 65, landing),
        ("definitions", "Definitions to review", 80, definitions),
        ("decisions", "Decisions and actions", 90, decisions),
    ):
        add_module(key, title, position, f"{TEMPLATES}/{key}.html", module, is_of_month=module in OF_MONTH)
