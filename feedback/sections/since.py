"""What has changed since a meeting was closed; its pack stays as it was."""

import json
from decimal import Decimal

from feedback.metrics import coverage, lost_value, win_rate
from feedback.models import Meeting, Opportunity, Pack


def since_then(meeting: Meeting, pack: Pack) -> list[dict]:
    """Rows of (label, then, now, is_money) whose figure is another one today. Empty while nothing changed.

    What the agenda left out the pack does not have, and so it is not compared.
    """
    frozen = {each["key"]: each["data"] for each in json.loads(pack.content)["sections"]}
    deals = Opportunity.objects.closed_between(meeting.period)
    figures = {each["label"]: each["now"] for each in frozen.get("headline", {}).get("figures", [])}
    rows = []
    if "coverage" in frozen:
        then, now = frozen["coverage"], coverage(deals)
        rows.append(("Reasons known", then["known"]["counts"], now.share.counts, False))
        rows.append(("Reasons known, by value", _percent(then.get("value_share")), _percent(now.value_share), False))
    if "Lost" in figures:
        rows.append(("Lost value", Decimal(figures["Lost"]["total"]), Decimal(lost_value(deals).total), True))
    if "Win rate" in figures:
        rows.append(("Won", figures["Win rate"]["counts"], win_rate(deals).counts, False))
    return [
        {"label": label, "then": then, "now": now, "is_money": is_money}
        for label, then, now, is_money in rows
        if then != now
    ]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f}\u00a0%"
