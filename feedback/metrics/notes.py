import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from feedback.models import Review

SIGNS = re.compile(r"[\W_]+")
SAID_IN = ("would_have_changed", "other_reason")


@dataclass(frozen=True)
class SameNote:
    """One text that stands in several reviews; `words` as everybody may read it, "" until it was read for that."""

    words: str
    reviews: tuple[int, ...]


@dataclass(frozen=True)
class Notes:
    """Of `written` reviews with a note, those whose note stands in another one, too: groups, the largest first."""

    written: int
    same: tuple[SameNote, ...]

    @property
    def repeated(self) -> int:
        return len({review for group in self.same for review in group.reviews})


def same_notes(opportunities: QuerySet) -> Notes:
    """Definition "identical notes": the words of submitted loss reviews of these deals that are the same but for case,
    spaces and signs. Two columns are read, what would have changed it and what another reason was. One query.
    """
    lost = opportunities.lost().order_by().values("pk")
    reviews = Review.objects.live().submitted().filter(kind="loss", opportunity__in=lost)
    reviews = reviews.exclude(**dict.fromkeys(SAID_IN, "")).order_by("pk").only("masked", *Review.WORDS)
    found = defaultdict(dict)
    written = 0
    for review in reviews.iterator(2000):
        written += 1
        for column in SAID_IN:
            if getattr(review, column).strip():
                found[_plain(getattr(review, column))].setdefault(review.pk, (review, column))
    groups = [_group(list(rows.values())) for rows in found.values() if len(rows) > 1]
    return Notes(written, tuple(sorted(groups, key=lambda each: (-len(each.reviews), each.reviews))))


def _plain(words: str) -> str:
    """Without what two people who mean the same text type differently; signs alone stay as they are."""
    words = unicodedata.normalize("NFKC", words).casefold().strip()
    return SIGNS.sub(" ", words).strip() or words


def _group(rows: list[tuple[Review, str]]) -> SameNote:
    readable = next((review.words(column) for review, column in rows if review.is_masked), "")
    return SameNote(readable, tuple(review.pk for review, _ in rows))
