"""The deals as they are planned: who, what, when. How they end is for `outcomes`."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from objections.demo.corpus import read, stages
from objections.demo.days import Days

COUNT = 600
GROWTH = 0.75
CYCLE = 76  # days, the median
SIZES = {"1-49": (0.6, 0.7), "50-249": (1.0, 0.9), "250-999": (1.7, 1.05), "1000+": (3.1, 1.4)}  # of money, of time
PRODUCTS = [44, 25, 11, 8, 8, 4]
PLACES = ["main warehouse", "hall 2", "second site", "new building", "returns area", "spare-parts store", "all sites",
          "pilot", "shop orders", "northern hub", "replacement", "first step"]  # fmt: skip
SOURCES = {"inbound": 3.0, "paid": 2.2, "event": 1.6, "content": 1.4, "outbound": 2.6, "partner": 1.5, "referral": 1.6}
SHARES = [0.1, 0.22, 0.2, 0.28, 0.2]  # of a deal's days spent in each stage


@dataclass(eq=False)
class Deal:
    """A planned deal. `windows` holds the first and last day of each stage it reaches while open.

    `fancy` is how much the buyers talk; `voices` what they said, filled in later, like everything from `outcome` on.
    """

    number: int
    account: dict
    owner: str
    product: dict
    place: str
    lead_source: dict
    created_on: date
    ends_on: date
    windows: dict[str, tuple[date, date]]
    fancy: float
    amount: int
    voices: list = field(default_factory=list)
    competitor: str = ""
    outcome: str = "open"
    currency: str = ""
    is_amount_known: bool = True
    review: object = None

    @property
    def name(self) -> str:
        return f"{self.product['name'].removeprefix('Palletry ')}, {self.place}"

    @property
    def is_cut_short(self) -> bool:
        """Ended before the last stage."""
        return len(self.windows) < len(SHARES)

    @property
    def slugs(self) -> list[str]:
        return [voice.slug for voice in self.voices]

    def stage_on(self, day: date) -> str:
        reached = [stage for stage, (first, _) in self.windows.items() if first <= day]
        return reached[-1] if reached else next(iter(self.windows))


def plan_deals(days: Days, rng: Random) -> list[Deal]:
    """The deals in the order they were made."""
    earliest = days.first - timedelta(days=70)
    span = (days.last - earliest).days - 2
    # A power below one leans towards the end: there are more and more of them.
    shares = [rng.random() ** GROWTH for _ in range(COUNT)]
    made = sorted(days.business(earliest + timedelta(days=round(span * share))) for share in shares)
    accounts, taken = read("company")["accounts"], set()
    return [_deal(number, day, rng.choice(accounts), taken, days, rng) for number, day in enumerate(made, start=1)]


def _deal(number: int, made: date, account: dict, taken: set, days: Days, rng: Random) -> Deal:
    company = read("company")
    more_money, more_time = SIZES[account["size_band"]]
    reached = rng.choices([3, 4, 5], [5, 9, 86])[0]
    length = max(16, round(CYCLE * more_time * rng.lognormvariate(0, 0.42) * sum(SHARES[:reached])))
    ends_on = days.business(made + timedelta(days=length))
    product, place = _new_for(account, taken, rng)
    weights = [SOURCES[source["channel"]] for source in company["lead_sources"]]
    price = product["list_price"] * more_money * rng.lognormvariate(0, 0.34)
    return Deal(
        number=number,
        account=account,
        owner=_owner(account["region"], made, ends_on, days, rng),
        product=product,
        place=place,
        lead_source=rng.choices(company["lead_sources"], weights)[0],
        created_on=made,
        ends_on=ends_on,
        windows=_windows(made, ends_on, reached, rng),
        fancy=rng.gammavariate(1.5, 1),
        amount=round(price / 100) * 100,
    )


def _new_for(account: dict, taken: set, rng: Random) -> tuple[dict, str]:
    """Product and place that no other deal of the account has."""
    products = read("company")["products"]
    while True:
        product, place = rng.choices(products, PRODUCTS)[0], rng.choice(PLACES)
        key = (account["name"], product["name"], place)
        if key not in taken:
            taken.add(key)
            return product, place


def _owner(region: str, made: date, ends_on: date, days: Days, rng: Random) -> str:
    """Managers sell less; who left sold until five months ago."""
    company = read("company")
    sellers = {p["email"]: 0.4 if "manages" in p else 1.0 for p in company["people"] if p["team"] == region}
    if ends_on < days.ago(120) and made < days.ago(180):
        sellers |= {p["email"]: 0.8 for p in company["former_people"] if p["team"] == region}
    return rng.choices(list(sellers), list(sellers.values()))[0]


def _windows(made: date, ends_on: date, reached: int, rng: Random) -> dict[str, tuple[date, date]]:
    """First and last day of each stage; the day of the close belongs to none."""
    shares = [share * rng.uniform(0.7, 1.3) for share in SHARES[:reached]]
    length, spent = (ends_on - made).days, 0.0
    edges = [made]
    for share in shares:
        spent += share
        edges.append(made + timedelta(days=round(length * spent / sum(shares))))
    named = zip(stages(), pairwise(edges), strict=False)
    return {stage: (first, last - timedelta(days=1)) for stage, (first, last) in named}
