"""The bridge between rows and `objections.nlp`: the only package that knows both.

Nothing here imports spaCy or scikit-learn before a build runs, because the web process imports it.
"""

from objections.theming import jobs  # noqa: F401  registers its kinds of work
from objections.theming.matching import (
    Suggestion,
    likest_themes,
    nearest_themes,
    suggest_for,
    suggest_themes,
    warm,
)

__all__ = ["Suggestion", "likest_themes", "nearest_themes", "suggest_for", "suggest_themes", "warm"]
