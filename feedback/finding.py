"""What search finds of deals."""

from feedback.home import Hit
from feedback.kept import once
from feedback.models import Opportunity, User

MOST = 200  # who means a deal types more of its name; each more costs time in every search


def deals_found(user: User, words: str) -> list[int]:
    """Ids of the deals that have these words, at most two hundred, open ones first.

    Looked for once a request, since what was heard on them is looked for too.
    """
    deals = Opportunity.objects.visible_to(user).matching(words).open_first().values_list("pk", flat=True)
    return once(f"deals-{user.pk}-{words}", lambda: list(deals[:MOST]))


def find_deals(user: User, words: str, limit: int) -> list[Hit]:
    ids = deals_found(user, words)[:limit]
    deals = Opportunity.objects.visible_to(user).select_related("account").in_bulk(ids) if ids else {}
    return [Hit(str(deals[pk]), _detail(deals[pk]), deals[pk].get_absolute_url()) for pk in ids if pk in deals]


def _detail(deal):
    closed = f" {deal.closed_on:%-d %b %Y}" if deal.closed_on else ""
    return f"{deal.get_outcome_display()}{closed}"
