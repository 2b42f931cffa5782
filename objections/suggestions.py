"""What is shown while an objection is typed, and on its page afterwards: likely themes, and what works against each.

It answers within the time of a keystroke, so it takes the index at hand, one vector, and a fixed number of queries.
"""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from threading import BoundedSemaphore

import numpy as np
from django.db.models import Count, Exists, F, OuterRef

from feedback.metrics import number_of
from feedback.models import User
from feedback.permissions import can_read_buyers
from objections.metrics import Uses, uses_of
from objections.models import Answer, Collateral, Objection, Placement, Publication, Theme
from objections.nlp.scripts import is_foreign_script
from objections.theming.matching import Look, index_at_hand
from objections.theming.reading import is_placeable
from objections.theming.vectors import stored_vectors, vector_of

# Confidence of the first theme from which something is shown at all, and of the others beside it. On the demo company,
# with six words typed, the first is right for three of four notes for which one is shown, one of three for nine of ten.
LIKELY, ALSO = 0.2, 0.02
MOST = 3
LEAST_WORDS, MOST_WORDS = 2, 120  # a longer note is known by its beginning, and each word costs time
QUOTES, NEAREST = 2, 8  # shown of each theme, and looked at for it: some may not be shown, or say the same

# Of all that ask at once as many are answered as there are cores: more would take turns, and all of them be late.
_turns = BoundedSemaphore(os.cpu_count() or 1)


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
    with _turns:
        look = index_at_hand().look(vector_of(" ".join(words)))
        return Suggested(_fits(look, _likely(look), user))


def suggested_of(objection: Objection, user: User, placement: Placement | None) -> Suggested:
    """For an objection that was saved: the theme it stands in alone, else those that it may belong to."""
    if placement is None and not is_placeable(objection):
        return Suggested()
    vector = _vector(objection)
    look = None if vector is None else index_at_hand().look(vector)
    if placement is not None:
        found = [(placement.theme, True)] if placement.theme.is_active else []
    else:
        found = _likely(look) if look else []
    return Suggested(_fits(look, found, user, apart=objection.pk, counts=placement is None))


def _vector(objection: Objection) -> np.ndarray | None:
    """None for a voice without words, which is near to nothing."""
    if not objection.text.strip():
        return None
    stored = stored_vectors([objection]).get(objection.pk)
    return vector_of(objection.text) if stored is None else stored


def _likely(look: Look) -> list[tuple[Theme, bool]]:
    """(theme, whether it would be placed there), of the active ones; none unless the first is likely."""
    found = [match for match in look.match(MOST) if match.confidence >= ALSO]
    if not found or found[0].confidence < LIKELY:
        return []
    themes = Theme.objects.active().only("name").in_bulk([match.theme for match in found])
    return [(themes[match.theme], match.is_sure) for match in found if match.theme in themes]


def _fits(
    look: Look | None, found: Sequence[tuple[Theme, bool]], user: User, *, apart: int = 0, counts: bool = True
) -> list[Fit]:
    themes = [theme.pk for theme, _ in found]
    if not themes:
        return []
    voices = _voices(themes) if counts else {}
    answers = {answer.theme_id: answer for answer in Answer.objects.filter(theme__in=themes, retired_at=None)}
    pieces, quotes = best_pieces(themes), _quotes(look, themes, user, apart)
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


def _voices(themes: Sequence[int]) -> dict[int, int]:
    counted = Placement.objects.counted().filter(theme__in=themes).order_by().values_list("theme")
    return dict(counted.annotate(n=Count("pk")))


def best_pieces(themes: Sequence[int]) -> dict[int, tuple[Collateral, Uses]]:
    """By theme the published piece that was used on most won deals, then on most deals, then the newest."""
    live = Publication.objects.live().filter(collateral=OuterRef("collateral"))
    through = Collateral.themes.through.objects.filter(Exists(live), theme__in=themes)
    rows = list(through.values_list("theme", "collateral"))
    uses, best = uses_of({piece for _, piece in rows}), {}
    for theme, piece in rows:
        record = uses.get(piece, Uses())
        best[theme] = max(best.get(theme, (-1,)), (record.won, record.deals, piece))
    pieces = Collateral.objects.in_bulk({piece for *_, piece in best.values()})
    return {theme: (pieces[piece], uses.get(piece, Uses())) for theme, (_, _, piece) in best.items() if piece in pieces}


def _quotes(look: Look | None, themes: Sequence[int], user: User, apart: int) -> dict[int, list[Objection]]:
    """By theme the nearest words that count, stand there now and may be read by this person; the same words once."""
    near = {theme: look.nearest(theme, NEAREST) if look else [] for theme in themes}
    wanted = {pk for found in near.values() for pk in found} - {apart}
    rows = _readable(wanted, themes, user) if wanted else {}
    return {theme: _first_of([rows[theme, pk] for pk in near[theme] if (theme, pk) in rows], user) for theme in themes}


def _readable(wanted: Collection[int], themes: Sequence[int], user: User) -> dict[tuple[int, int], Objection]:
    """By theme and id, with no more of each row than is shown."""
    rows = (
        Objection.objects.visible_to(user)
        .live()
        .exclude(text="")
        .filter(pk__in=wanted, placements__undone_at=None, placements__theme__in=themes)
        .annotate(stands_in=F("placements__theme"))
        .order_by()
        .select_related("opportunity__account")
        .only(
            *Objection.WORDS,
            "masked",
            "author",
            "is_quote",
            "heard_on",
            "opportunity__name",
            "opportunity__account__name",
        )
    )
    reads_all = can_read_buyers(user)
    # Nearness is of the words as they were said: by it nobody may find out who is named in what they read masked.
    sound = (row for row in rows if reads_all or row.author_id == user.pk or row.words() == row.text)
    return {(row.stands_in, row.pk): row for row in sound}


def _first_of(rows: Sequence[Objection], user: User) -> list[Objection]:
    found = {}
    for row in rows:
        found.setdefault(" ".join(row.words_for(user).lower().split()), row)
    return list(found.values())[:QUOTES]
