from dataclasses import dataclass

from django.db.models import Count

from feedback.metrics import Period, Share
from feedback.models import Opportunity
from feedback.models.opportunities import Outcome
from objections.metrics.pairs import Themes, counted_in
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
    so heard. Deals on which the theme was only told afterwards are counted apart. Two queries; themes without a closed
    deal of either kind are left out.
    """
    heard = Objection.objects.live().heard_while_open().exclude(opportunity=None).order_by()
    closed = Opportunity.objects.closed().closed_between(period).filter(pk__in=heard.values("opportunity")).order_by()
    outcomes = dict(closed.values_list("outcome").annotate(n=Count("pk")))
    everything = Share(outcomes.get(Outcome.WON, 0), sum(outcomes.values()))
    return {
        theme: _against(Share(won, while_open), everything, met_on=deals)
        for theme, (won, while_open, deals) in _met(themes, period).items()
    }


def _met(themes: Themes, period: Period) -> dict[int, tuple[int, int, int]]:
    """By theme, of the deals closed in the period: those won on which it was heard while they were open, all on which
    it was so heard, and all on which it was heard at all.
    """
    first, last = period
    rows = counted_in(themes).filter(
        objection__opportunity__closed_on__gte=first, objection__opportunity__closed_on__lte=last
    )
    deal = "objection__opportunity"
    met, while_open = {}, {}
    for theme, pk, outcome, when in rows.order_by().values_list(
        "theme", deal, f"{deal}__outcome", "objection__outcome_when_heard"
    ):
        met.setdefault(theme, set()).add(pk)
        if when == Outcome.OPEN:
            while_open.setdefault(theme, {})[pk] = outcome
    heard = {theme: list(while_open.get(theme, {}).values()) for theme in met}
    return {theme: (heard[theme].count(Outcome.WON), len(heard[theme]), len(deals)) for theme, deals in met.items()}


def _against(theme: Share, everything: Share, *, met_on: int) -> Against:
    base = Share(everything.part - theme.part, everything.whole - theme.whole)
    return Against(theme, base, told_afterwards=met_on - theme.whole)
