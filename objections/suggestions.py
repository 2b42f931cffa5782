"""What is shown while an objection is typed, and on its page afterwards: likely themes, and what works against each.

It answers within the time of a keystroke, so it takes the index at hand, one vector, and a fixed number of queries.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db.models import Count

from feedback.metrics import number_of
from feedback.models import User
from feedback.permissions import can_read_buyers
from objections.metrics import Uses, uses_of
from objections.models import Answer, Collateral, Objection, Placement, Theme
from objections.nlp.scripts import is_foreign_script
from objections.theming.matching import Held, index_at_hand, suggestions
from objections.theming.reading import is_placeable
from objections.theming.vectors import stored_vectors, vector_of

# Confidence of the first theme from which something is shown at all, and of the others beside it. On the demo company,
# with six words typed, the first is right for three of four notes for which one is shown, one of three for nine of ten.
LIKELY, ALSO = 0.2, 0.02
MOST = 3
LEAST_WORDS, MOST_WORDS = 2, 120  # a longer note is known by its beginning, and each word costs time
QUOTES, NEAREST = 2, 12  # shown of each theme, and looked at for it: some may not be shown, or say the same


@dataclass(frozen=True)
class Fit:
    """A theme that fits, with what the reader may use: the words to say, what to send, and what others heard."""

    theme: Theme
    is_sure: bool
    voices: int = 0
    answer: Answer | None = None
    piece: Collateral | None = None
    uses: Uses = field(default_factory=Uses)
    quotes: Sequence[Objection] = ()

    @property
    def heard(self) -> str:
        return f"heard {number_of(self.voices, 'time')}" if self.voices else "not heard yet"


@dataclass(frozen=True)
class Suggested:
    """`fits`, best first; `is_asked` is false while there are too few words to ask for anything."""

    fits: Sequence[Fit] = ()
    is_asked: bool = True

    @property
    def told(self) -> str:
        """For a screen reader, in one sentence or two."""
        if not self.is_asked:
            return ""
        if not self.fits:
            return "Nothing like it yet."
        first = self.fits[0]
        many = "One theme fits" if len(self.fits) == 1 else f"{len(self.fits)} themes fit"
        answer = "Approved answer shown." if first.answer else "No approved answer yet."
        return f"{many}. First: {first.theme}, {first.heard}. {answer}"


def suggested_for(text: str, user: User) -> Suggested:
    """For words being typed."""
    words = text.split()[:MOST_WORDS]
    if is_foreign_script(text):
        return Suggested()
    if len(words) < LEAST_WORDS:
        return Suggested(is_asked=False)
    held, vector = index_at_hand(), vector_of(" ".join(words))
    return Suggested(_fits(held, vector, _likely(held, vector), user))


def suggested_of(objection: Objection, user: User) -> Suggested:
    """For an objection that was saved: the theme it stands in alone, else those that it may belong to."""
    placement = objection.placement
    if placement is None and not is_placeable(objection):
        return Suggested()
    held = index_at_hand()
    vector = _vector(objection)
    if placement is not None:
        found = [(placement.theme, True)] if placement.theme.is_active else []
    else:
        found = _likely(held, vector) if vector is not None else []
    return Suggested(_fits(held, vector, found, user, apart=objection.pk))


def _vector(objection: Objection) -> np.ndarray | None:
    """None for a voice without words, which is near to nothing."""
    if not objection.text.strip():
        return None
    stored = stored_vectors([objection]).get(objection.pk)
    return vector_of(objection.text) if stored is None else stored


def _likely(held: Held, vector: np.ndarray) -> list[tuple[Theme, bool]]:
    """(theme, whether it would be placed there); none unless the first is likely."""
    (found,) = suggestions(held.index.match(vector[None], MOST))
    if not found or found[0].confidence < LIKELY:
        return []
    return [(fit.theme, fit.is_sure) for fit in found if fit.confidence >= ALSO]


def _fits(held: Held, vector, found: Sequence[tuple[Theme, bool]], user: User, apart: int = 0) -> list[Fit]:
    themes = [theme.pk for theme, _ in found]
    if not themes:
        return []
    voices = dict(
        Placement.objects.counted().filter(theme__in=themes).order_by().values_list("theme").annotate(n=Count("pk"))
    )
    answers = {answer.theme_id: answer for answer in Answer.objects.filter(theme__in=themes, retired_at=None)}
    pieces, quotes = _best_pieces(themes), _quotes(held, vector, themes, user, apart)
    return [
        Fit(
            theme,
            is_sure,
            voices.get(theme.pk, 0),
            answers.get(theme.pk),
            *pieces.get(theme.pk, (None, Uses())),
            quotes[theme.pk],
        )
        for theme, is_sure in found
    ]


def _best_pieces(themes: Sequence[int]) -> dict[int, tuple[Collateral, Uses]]:
    """By theme the published piece that was used on most won deals, then on most deals, then the newest."""
    through = Collateral.themes.through.objects.filter(theme__in=themes)
    rows = list(through.filter(collateral__in=Collateral.objects.published()).values_list("theme", "collateral"))
    uses, best = uses_of({piece for _, piece in rows}), {}
    for theme, piece in rows:
        record = uses.get(piece, Uses())
        best[theme] = max(best.get(theme, (-1,)), (record.won, record.deals, piece))
    pieces = Collateral.objects.in_bulk({piece for *_, piece in best.values()})
    return {theme: (pieces[piece], uses.get(piece, Uses())) for theme, (_, _, piece) in best.items() if piece in pieces}


def _quotes(held: Held, vector, themes: Sequence[int], user: User, apart: int) -> dict[int, list[Objection]]:
    """By theme the nearest words that count, stand there now and may be read by this person; the same words once."""
    near = {theme: held.nearest(vector, theme, NEAREST) if vector is not None else [] for theme in themes}
    wanted = {pk for found in near.values() for pk in found} - {apart}
    rows = Objection.objects.visible_to(user).live().exclude(text="").with_rows().in_bulk(wanted) if wanted else {}
    return {theme: _first_of(theme, [rows[pk] for pk in near[theme] if pk in rows], user) for theme in themes}


def _first_of(theme: int, rows: Sequence[Objection], user: User) -> list[Objection]:
    found = {}
    for row in rows:
        is_read = row.is_masked or can_read_buyers(user) or row.author_id == user.pk
        if is_read and row.placement and row.placement.theme_id == theme:
            found.setdefault(" ".join(row.words_for(user).lower().split()), row)
    return list(found.values())[:QUOTES]
