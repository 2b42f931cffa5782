"""The shared numbers: querysets in, frozen dataclasses out. Formulas are those of the definitions in the portal."""

from feedback.metrics.agreement import Agreement, agreement
from feedback.metrics.codes import DestinationCodes, ReasonCodes
from feedback.metrics.contrasts import Contrast, difference, difference_in_differences, points
from feedback.metrics.coverage import Coverage, coverage, coverage_by
from feedback.metrics.cycles import CycleLength, cycle_length, median_cycle
from feedback.metrics.destinations import Destinations, Went, value_by_destination
from feedback.metrics.money import Money, distinct_deals, money_of, our_currency, sums
from feedback.metrics.notes import Notes, SameNote, same_notes
from feedback.metrics.outcomes import MonthValue, competitive_win_rate, lost_value, lost_value_by_month, win_rate
from feedback.metrics.periods import Days, Month, last_days, last_months, last_year
from feedback.metrics.reasons import ReasonBar, ReasonValues, other_share, value_by_reason
from feedback.metrics.rising import Rise, rising_reasons
from feedback.metrics.shares import SMALL, Share, number_of, score_interval
from feedback.metrics.silence import REASK_DAYS, Silence, silence
from feedback.spans import Period, in_words, month_of, months_on, period_before, whole_months

__all__ = [
    "REASK_DAYS",
    "SMALL",
    "Agreement",
    "Contrast",
    "Coverage",
    "CycleLength",
    "Days",
    "DestinationCodes",
    "Destinations",
    "Money",
    "Month",
    "MonthValue",
    "Notes",
    "Period",
    "ReasonBar",
    "ReasonCodes",
    "ReasonValues",
    "Rise",
    "SameNote",
    "Share",
    "Silence",
    "Went",
    "agreement",
    "competitive_win_rate",
    "coverage",
    "coverage_by",
    "cycle_length",
    "difference",
    "difference_in_differences",
    "distinct_deals",
    "in_words",
    "last_days",
    "last_months",
    "last_year",
    "lost_value",
    "lost_value_by_month",
    "median_cycle",
    "money_of",
    "month_of",
    "months_on",
    "number_of",
    "other_share",
    "our_currency",
    "period_before",
    "points",
    "rising_reasons",
    "same_notes",
    "score_interval",
    "silence",
    "sums",
    "value_by_destination",
    "value_by_reason",
    "whole_months",
    "win_rate",
]
