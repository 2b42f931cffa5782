"""The numbers about themes and their answers. Money is summed over distinct deals, never over objections.

Figures for many themes come from one query each; they take theme rows, ids or a queryset and give a dict by theme id.
"""

from objections.metrics.agreement import reason_agreement
from objections.metrics.answers import AnswerState, answer_state
from objections.metrics.chains import Chain, Moment, chains
from objections.metrics.exposure import (
    UnansweredValue,
    lost_value_by_theme,
    open_value_by_theme,
    unanswered_lost_value,
    unanswered_money,
    value_by_team,
)
from objections.metrics.impact import Impact, ImpactRow, answers_of, impact, impact_of, impact_rows
from objections.metrics.learning import Guessed, Stretch, guessed, guessed_course, moved_on
from objections.metrics.likely import Likely, likely_themes
from objections.metrics.load import Load, load_by_owner
from objections.metrics.loop import LoopTime, loop_time
from objections.metrics.moving import Move, Moving, chance_of, moving_themes, with_clear
from objections.metrics.proposals import value_of_proposals
from objections.metrics.stages import HeardTheme, final_stage_top_four, late_stages
from objections.metrics.steps import STEPS, Spread, StepTimes, Times, company_chains, spread, step_times
from objections.metrics.telling import Telling, telling
from objections.metrics.triage import PARTS, Part, Points, Reuse, Score, Worth, scores
from objections.metrics.uses import Uses, uses_of
from objections.metrics.voices import Trend, share_in_theme, trend_of, voices_between, voices_by_month
from objections.metrics.wins import Against, win_rate_against
from objections.metrics.worth import late_share_by_theme, reuse_by_theme, worth_of

__all__ = [
    "PARTS",
    "STEPS",
    "Against",
    "AnswerState",
    "Chain",
    "Guessed",
    "HeardTheme",
    "Impact",
    "ImpactRow",
    "Likely",
    "Load",
    "LoopTime",
    "Moment",
    "Move",
    "Moving",
    "Part",
    "Points",
    "Reuse",
    "Score",
    "Spread",
    "StepTimes",
    "Stretch",
    "Telling",
    "Times",
    "Trend",
    "UnansweredValue",
    "Uses",
    "Worth",
    "answer_state",
    "answers_of",
    "chains",
    "chance_of",
    "company_chains",
    "final_stage_top_four",
    "guessed",
    "guessed_course",
    "impact",
    "impact_of",
    "impact_rows",
    "late_share_by_theme",
    "late_stages",
    "likely_themes",
    "load_by_owner",
    "loop_time",
    "lost_value_by_theme",
    "moved_on",
    "moving_themes",
    "open_value_by_theme",
    "reason_agreement",
    "reuse_by_theme",
    "scores",
    "share_in_theme",
    "spread",
    "step_times",
    "telling",
    "trend_of",
    "unanswered_lost_value",
    "unanswered_money",
    "uses_of",
    "value_by_team",
    "value_of_proposals",
    "voices_between",
    "voices_by_month",
    "win_rate_against",
    "with_clear",
    "worth_of",
]
