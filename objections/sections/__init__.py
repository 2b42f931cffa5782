"""What this app shows in a review meeting."""

from feedback.meetings import add_module
from objections.sections import final_stage, moving, shipped, themes

TEMPLATES = "objections/sections"


def register() -> None:
    for key, title, position, module in (
        ("themes", "What buyers objected to", 50, themes),
        ("moving", "What is heard more, and less", 52, moving),
        ("final_stage", "What stops us at the end", 55, final_stage),
        ("shipped", "Answers shipped", 70, shipped),
    ):
        of_month = module is not shipped  # what is still being made is told as it stands
        add_module(key, title, position, f"{TEMPLATES}/{key}.html", module, is_of_month=of_month)
