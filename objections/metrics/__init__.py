"""The numbers about themes and their answers. Money is summed over distinct deals, never over objections.

Figures for many themes come from one query each; they take theme rows, ids or a queryset and give a dict by theme id.
"""

from objections.metrics.agreement import reason_agreement
from objections.metrics.answers import AnswerState, answer_state
from objections.metrics.exposure import (
    UnansweredValue,
    lost_value_by_theme,
    open_value_by_theme,
    unanswered_lost_value,
    unanswered_money,
)
from objections.metrics.learning import Guessed, guessed
from objections.metrics.likely import Likely, likely_themes
from objections.metrics.loop import LoopTime, loop_time
from objections.metrics.proposals import value_of_proposals
from objections.metrics.stages import HeardTheme, final_stage_top_four, late_stages
from objections.metrics.uses import Uses, uses_of
from objections.metrics.voices import share_in_theme, voices_by_month
from objections.metrics.wins import Against, win_rate_against

__all__ = [
    "Against",
    "AnswerState",
    "Guessed",
    "HeardTheme",
    "Likely",
    "LoopTime",
    "UnansweredValue",
    "Uses",
    "answer_state",
    "final_stage_top_four",
    "guessed",
    "late_stages",
    "likely_themes",
    "loop_time",
    "lost_value_by_theme",
    "open_value_by_theme",
    "reason_agreement",
    "share_in_theme",
    "unanswered_lost_value",
    "unanswered_money",
    "uses_of",
    "value_of_proposals",
    "voices_by_month",
    "win_rate_against",
]
