"""The shared numbers: querysets in, frozen dataclasses out. Formulas are those of the definitions in the portal."""

from feedback.metrics.codes import ReasonCodes
from feedback.metrics.coverage import Coverage, coverage, coverage_by
from feedback.metrics.cycles import CycleLength, cycle_length
from feedback.metrics.money import Money, distinct_deals, money_of, our_currency, sums
from feedback.metrics.outcomes import MonthValue, lost_value, lost_value_by_month, win_rate
from feedback.metrics.periods import Month, Period, last_days, last_months, last_year, month_before, month_of
from feedback.metrics.reasons import ReasonBar, ReasonValues, other_share, value_by_reason
from feedback.metrics.shares import SMALL, Share, number_of

__all__ = [
    "SMALL",
    "Coverage",
    "CycleLength",
    "Money",
    "Month",
    "MonthValue",
    "Period",
    "ReasonBar",
    "ReasonCodes",
    "ReasonValues",
    "Share",
    "coverage",
    "coverage_by",
    "cycle_length",
    "distinct_deals",
    "last_days",
    "last_months",
    "last_year",
    "lost_value",
    "lost_value_by_month",
    "money_of",
    "month_before",
    "month_of",
    "number_of",
    "other_share",
    "our_currency",
    "sums",
    "value_by_reason",
    "win_rate",
]
