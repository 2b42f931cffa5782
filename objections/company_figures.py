"""What this app adds to the figures a decision can aim at."""

from feedback.company_figures import YEAR, CompanyFigure, add_company_figure
from feedback.metrics import Period
from feedback.models.decisions import Hoped
from feedback.points import Point
from objections.metrics import unanswered_money, win_rate_against
from objections.models import Merge, Theme


def register() -> None:
    words = "Unanswered lost value, 12 months"
    add_company_figure(CompanyFigure("unanswered", 70, words, _unanswered, better=Hoped.DOWN, days=YEAR, standing=True))
    title = "Win rate against a theme"
    add_company_figure(CompanyFigure("theme", 80, title, _against, days=YEAR, offered=_themes))


def _unanswered(period: Period, argument: str) -> Point:
    return Point.of_money("unanswered", "Unanswered lost value, 12 months", unanswered_money(period[1]))


def _themes() -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in Theme.objects.active().order_by("name").values_list("pk", "name")]


def _against(period: Period, argument: str) -> Point | None:
    """A theme that was merged since is asked as the joint one, one that was retired by the voices it has kept."""
    theme = _joint(Theme.objects.filter(pk=argument).first())
    if theme is None:
        return None
    found = win_rate_against([theme.pk], period).get(theme.pk)
    label = f"Win rate against “{theme}”"
    return Point.of_share("theme", label, found.theme) if found else Point("theme", label, "share", None)


def _joint(theme: Theme | None) -> Theme | None:
    """What the theme has been merged into, and that again, as far as the merges hold."""
    while merge := theme and Merge.objects.filter(theme=theme, undone_at=None).select_related("into").first():
        theme = merge.into
    return theme
