from dataclasses import dataclass

from django.db.models import Count, Q

from feedback.metrics import Period, Share, win_rate
from feedback.models import Opportunity
from objections.metrics.pairs import Themes, counted_in, pairs
from objections.models import Objection


@dataclass(frozen=True)
class Against:
    """Win rate against one theme, beside its base: the two share no deal.

    `told_afterwards` is the number of deals on which the theme was told only once they had closed.
    """

    theme: Share
    base: Share
    told_afterwards: int

    def __str__(self):
        """`7 of 18 won`, or `14 % vs 37 %`."""
        if not self.theme.whole:
            return "no closed deal yet"
        if self.theme.is_small:
            return f"{self.theme.counts} won"
        return f"{self.theme} vs {self.base}" if self.base.whole else f"{self.theme} won"


def win_rate_against(themes: Themes, period: Period) -> dict[int, Against]:
    """Definition "win rate against a theme": won ÷ (won + lost) of deals closed in the period with an objection of the
    theme heard while open. Base: deals of the same period with any objection heard while open, but none of this theme
    so heard. Deals on which the theme was only told afterwards are counted apart. Three queries; themes without a
    closed deal of either kind are left out.
    """
    closed = Opportunity.objects.closed().closed_between(period).order_by()
    placed = counted_in(themes).filter(objection__opportunity__in=closed)
    while_open = Q(objection__outcome_when_heard="open")
    heard = pairs(placed.filter(while_open)).values("theme")
    heard = heard.annotate(won=Count("pk", filter=_won()), all=Count("pk"))
    with_theme = {row["theme"]: Share(row["won"], row["all"]) for row in heard}
    met = dict(pairs(placed).values_list("theme").annotate(n=Count("pk")))
    any_heard = Objection.objects.live().heard_while_open().filter(opportunity__isnull=False).values("opportunity")
    everything = win_rate(closed.filter(pk__in=any_heard.order_by()))
    return {
        theme: _against(with_theme.get(theme, Share(0, 0)), everything, met_on=deals) for theme, deals in met.items()
    }


def _won() -> Q:
    return Q(objection__opportunity__in=Opportunity.objects.won().order_by())


def _against(theme: Share, everything: Share, *, met_on: int) -> Against:
    base = Share(everything.part - theme.part, everything.whole - theme.whole)
    return Against(theme, base, told_afterwards=met_on - theme.whole)
