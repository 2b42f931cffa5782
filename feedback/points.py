"""One figure at one time, as plain data: what meetings freeze, compare later and draw over the months."""

from dataclasses import asdict, dataclass
from typing import Literal

from feedback.metrics import SMALL, Money, Share, number_of

Unit = Literal["share", "money", "days", "count"]


@dataclass(frozen=True)
class Point:
    """`value` is a share from 0 to 1, an amount of the company's currency, days or a number; None where there was none.

    `n` says of how many; `part` is what was counted of them for a share.
    """

    key: str
    label: str
    unit: Unit
    value: float | None
    n: int = 0
    part: int = 0

    @classmethod
    def of_share(cls, key: str, label: str, share: Share) -> "Point":
        return cls(key, label, "share", share.value, share.whole, share.part)

    @classmethod
    def of_counts(cls, key: str, label: str, counts: dict) -> "Point":
        """The same from the plain data of a pack."""
        return cls.of_share(key, label, Share(counts["part"], counts["whole"]))

    @classmethod
    def of_money(cls, key: str, label: str, money: Money) -> "Point":
        return cls(key, label, "money", float(money.total), money.deals)

    @classmethod
    def of_json(cls, kept: dict) -> "Point":
        return cls(**{name: kept[name] for name in cls.__dataclass_fields__})

    @property
    def as_json(self) -> dict:
        return asdict(self)

    @property
    def share(self) -> Share:
        return Share(self.part, self.n)

    @property
    def is_small(self) -> bool:
        """Too few to say a percentage or a median of without their number."""
        return self.unit in ("share", "days") and self.n < SMALL

    @property
    def shown(self) -> str:
        """In words with its n, but for money, which needs its currency."""
        if self.value is None:
            return "–"
        if self.unit == "share":
            return str(self.share) if self.is_small else f"{self.share} (n\u00a0{self.n:,})"
        if self.unit == "days":
            days = round(self.value, 1)  # a median of an even number ends in a half
            return f"{number_of(int(days) if days == int(days) else days, 'day')} (n\u00a0{self.n:,})"
        return f"{self.value:,.0f}"
