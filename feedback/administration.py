"""The pages that the administration page leads to; apps above add theirs in `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass

from feedback.models import User


@dataclass(frozen=True)
class Page:
    """One page: what it is for in a line, and who finds a link to it."""

    title: str
    position: int
    url_name: str
    icon: str
    text: str
    shown_to: Callable[[User], bool]


pages: dict[str, Page] = {}


def add_page(page: Page) -> None:
    pages[page.title] = page


def pages_for(user: User) -> list[Page]:
    return sorted((page for page in pages.values() if page.shown_to(user)), key=lambda page: page.position)
