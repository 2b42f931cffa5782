from random import Random

from feedback.models import Account, Competitor, Product, Segment
from feedback.models.accounts import Dimension
from objections.demo.corpus import read

EMPLOYEES = {"1-49": (8, 49), "50-249": (55, 249), "250-999": (260, 990), "1000+": (1050, 4200)}
SEGMENTS = {"size_band": Dimension.SIZE_BAND, "industry": Dimension.INDUSTRY, "region": Dimension.REGION}


def make_accounts(rng: Random) -> dict[str, Account]:
    """Accounts with their segments, by name."""
    rows = read("company")["accounts"]
    segments = {}
    for key, dimension in SEGMENTS.items():
        for value in sorted({row[key] for row in rows}):
            segments[key, value] = Segment.objects.get_or_create(dimension=dimension, value=value)[0]
    made = {}
    for row in rows:
        low, high = EMPLOYEES[row["size_band"]]
        made[row["name"]], _ = Account.objects.get_or_make(row["name"], employees=rng.randint(low, high))
    _link(made, {row["name"]: [segments[key, row[key]] for key in SEGMENTS] for row in rows})
    return made


def _link(accounts: dict[str, Account], segments: dict[str, list[Segment]]) -> None:
    link = Account.segments.through
    link.objects.bulk_create(
        [
            link(account_id=account.pk, segment_id=segment.pk)
            for name, account in accounts.items()
            for segment in segments[name]
        ]
    )


def make_products() -> dict[str, Product]:
    return {
        row["name"]: Product.objects.get_or_make(row["name"], list_price=row["list_price"])[0]
        for row in read("company")["products"]
    }


def make_competitors() -> dict[str, Competitor]:
    return {row["name"]: Competitor.objects.get_or_make(row["name"])[0] for row in read("company")["competitors"]}
