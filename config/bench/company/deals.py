from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from config.bench.company import names
from config.bench.company.moments import moment
from feedback.models import Account, Assignment, Competitor, Exclusion, Opportunity, Product, Segment, Source
from feedback.names import match_key

DAYS = 36 * 30  # over which deals were created
BATCH = 2_000


@dataclass(frozen=True)
class Deals:
    rows: list[Opportunity]
    competitors: list[Competitor]
    products: list[Product]

    @property
    def lost(self) -> list[Opportunity]:
        return [deal for deal in self.rows if deal.outcome == "lost"]


def make_deals(size, people, today: date, dice: Random) -> Deals:
    accounts = _accounts(size, dice)
    products = Product.objects.bulk_create(
        [Product(name=name, key=match_key(name), list_price=dice.randrange(5, 90) * 1000) for name in names.PRODUCTS]
    )
    rivals = Competitor.objects.bulk_create([Competitor(name=name, key=match_key(name)) for name in names.RIVALS])
    source = Source.objects.create(name="CRM", reviews_from=today - timedelta(days=365))
    rows = [_deal(n, source, accounts, products, people, today, dice) for n in range(size.deals)]
    deals = Deals(Opportunity.objects.bulk_create(rows, batch_size=BATCH), rivals, products)
    _exceptions(deals.lost, people, dice)
    return deals


def _accounts(size, dice: Random) -> list[Account]:
    segments = {
        dimension: Segment.objects.bulk_create([Segment(dimension=dimension, value=value) for value in values])
        for dimension, values in names.SEGMENTS.items()
    }
    rows = [
        Account(name=(name := _account_name(n, dice)), key=match_key(name), employees=dice.randrange(10, 5000))
        for n in range(size.accounts)
    ]
    accounts = Account.objects.bulk_create(rows, batch_size=BATCH)
    through = Account.segments.through
    through.objects.bulk_create(
        [through(account=account, segment=dice.choice(values)) for account in accounts for values in segments.values()],
        batch_size=BATCH,
    )
    return accounts


def _account_name(n: int, dice: Random) -> str:
    return f"{dice.choice(names.PLACES)} {dice.choice(names.TRADES)} {n} {dice.choice(names.FORMS)}"


def _deal(n: int, source, accounts, products, people, today: date, dice: Random) -> Opportunity:
    created = today - timedelta(days=dice.randrange(DAYS))
    closed = created + timedelta(days=int(dice.triangular(10, 240, 70)))
    is_closed = closed <= today
    outcome = ("won" if dice.random() < 0.32 else "lost") if is_closed else "open"
    product = dice.choice(products)
    amount = Decimal(dice.randrange(4, 400) * 500)
    is_known = dice.random() > 0.08
    return Opportunity(
        source=source,
        external_id=f"D-{n:06}",
        name=f"{product.name} {dice.choice(names.NEEDS)}",
        account=dice.choice(accounts) if dice.random() > 0.01 else None,
        owner=dice.choice(people.reps),
        product=product,
        outcome=outcome,
        stage=f"Closed {outcome}" if is_closed else dice.choice(names.STAGES),
        amount=amount if is_known else None,
        amount_estimate=None if is_known else product.list_price,
        currency="EUR" if dice.random() > 0.02 else "USD",
        created_on=created,
        closed_on=closed if is_closed else None,
        lead_source=dice.choice(names.SOURCES),
    )


def _exceptions(lost: list[Opportunity], people, dice: Random) -> None:
    """A few deals owe no review, and a few reviews were handed to somebody else."""
    few = dice.sample(lost, len(lost) // 50)
    handed, excluded = few[::2], few[1::2]
    Assignment.objects.bulk_create(
        [Assignment(opportunity=deal, to=dice.choice(people.reps), by=dice.choice(people.managers)) for deal in handed]
    )
    Exclusion.objects.bulk_create(
        [
            Exclusion(opportunity=deal, reason="A duplicate", by=deal.owner, at=moment(deal.closed_on, dice))
            for deal in excluded
        ]
    )
