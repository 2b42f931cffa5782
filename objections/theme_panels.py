"""What themes put on home pages, in the rail and in search."""

from django.utils import timezone

from feedback.home import Panel, RailEntry, add_panel, add_rail_entry
from feedback.models import Opportunity, User
from feedback.permissions import is_marketer, is_rep
from objections import overview, triage_page
from objections.models import Build, Objection, Placement, Proposal, Theme
from objections.permissions import can_curate

TOP = 5
NEXT = 3
PARTS = (
    "objections:proposal",
    "objections:pin",
    "objections:routing",
    "objections:build",
    "objections:pile",
    "objections:map",
)


def register() -> None:
    add_rail_entry(
        RailEntry("Themes", 30, "objections:theme_list", "rectangle-stack", _proposals, "proposals to decide", PARTS)
    )
    add_panel(Panel("curate", 20, "objections/themes/_curate_panel.html", is_marketer, curate))
    add_panel(Panel("triage", 25, "objections/triage/_panel.html", is_marketer, next_in_triage))
    add_panel(Panel("unanswered", 40, "objections/themes/_unanswered_panel.html", is_marketer, unanswered))
    add_panel(Panel("exposed", 30, "objections/themes/_exposed_panel.html", is_rep, exposed))


def _proposals(user: User) -> int:
    return Proposal.objects.open().count() if can_curate(user) else 0


def curate(user: User) -> dict:
    """Proposals to decide and the unthemed pile."""
    unthemed = Objection.objects.in_pile()
    return {
        "proposals": Proposal.objects.open().count(),
        "unthemed": unthemed.count(),
        "newest": unthemed.first(),
        "build": Build.objects.unfinished().first(),
    }


def next_in_triage(user: User) -> dict:
    """The first of the triage queue."""
    found = triage_page.triage(timezone.localdate())
    return {"first": found.rows[:NEXT], "count": len(found.rows), "as_of": found.at}


def unanswered(user: User) -> dict:
    """The themes without published collateral that cost most in the last twelve months."""
    figure = overview.unanswered(timezone.localdate())
    value = figure.value
    top = list(value.by_theme.items())[:TOP]
    themes = Theme.objects.in_bulk([pk for pk, _ in top])
    return {"money": value.money, "top": [(themes[pk], money) for pk, money in top], "as_of": figure.at}


def exposed(user: User) -> dict:
    """The person's open deals on which an unanswered theme was heard, dearest first, each with those themes."""
    heard = (
        Placement.objects.counted()
        .filter(theme__in=Theme.objects.active().unanswered().order_by().values("pk"))
        .filter(objection__opportunity__in=Opportunity.objects.open().filter(owner=user).order_by().values("pk"))
    )
    themes = {}
    for deal, theme in heard.order_by("theme__name").values_list("objection__opportunity", "theme__name"):
        themes.setdefault(deal, {})[theme] = None
    deals = Opportunity.objects.filter(pk__in=themes).with_value().select_related("account").order_by("-value", "id")
    return {"count": len(themes), "deals": [(deal, ", ".join(themes[deal.pk])) for deal in deals[:TOP]]}
