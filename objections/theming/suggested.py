"""Whether an objection asks for a new theme, and what that may be called: by what the exemplars know of objections like
it, else in its own words.
"""

import re

from feedback.models import Category, Taxonomy
from objections.models import Objection, Theme
from objections.nlp import corpus
from objections.nlp.categories import likeliest
from objections.nlp.lens import get_lens, has_lens, through
from objections.theming.matching import index_at_hand
from objections.theming.reading import is_placeable, phrasing
from objections.theming.vectors import stored_vectors

LIKE_ENOUGH = 0.45  # to a theme of the exemplars, as for half a note to read like an objection (`[halves] plausible`)
LEAST_THEMES = 3  # to say of something that it fits none
LONGEST = 60  # characters of a name in the note's own words
ENDS = re.compile(r"[.;!?\n]|, (?:but|and|so)\b")


def suggested_theme(objection: Objection) -> tuple[str, Category | None]:
    """(name, category) to begin with; the category is None while the objection was not read.

    A name is read by everybody, so nobody who is named in the objection is named in it.
    """
    vector = stored_vectors([objection]).get(objection.pk)
    if vector is None or not has_lens(vector[None]):
        return in_own_words(phrasing(objection)), None
    seen = through(vector[None])
    codes = Taxonomy.objects.current().categories.in_use()
    category = codes.filter(code=likeliest(get_lens(), seen)[0]).first()
    return _known_name(seen) or in_own_words(phrasing(objection)), category


def fits_none(objection: Objection) -> bool:
    """Whether it more likely belongs to none of the themes than to one. Not said while it was not read, in a language
    in which nothing is guessed, by another encoder, which nobody measured, or beside hardly any theme."""
    vector = stored_vectors([objection]).get(objection.pk)
    if vector is None or not has_lens(vector[None]) or not is_placeable(objection):
        return False
    index = index_at_hand().index
    return len(index.themes) >= LEAST_THEMES and float(index.novelty(vector[None])[0]) > 0.5


def in_own_words(text: str) -> str:
    """The beginning of what was said, as a name: whole words, no quotation marks."""
    said = ENDS.split(text.strip(" \"“”'\n-–•*"))[0]
    said = " ".join(said.replace('"', "").split())
    if len(said) > LONGEST:
        said = said[:LONGEST].rsplit(" ", 1)[0]
    said = said.strip(" ,;:-–")
    return said[:1].upper() + said[1:]


def _known_name(seen) -> str:
    """The name of the likest theme of the exemplars, unless there is such a theme here or none is like enough."""
    lens = get_lens()
    likeness = (seen @ lens.centres.T)[0]
    at = int(likeness.argmax())
    known = corpus.themes()[lens.keys[at]]
    taken = Theme.objects.filter(seed=known.key).exists() or Theme.objects.active().filter(name__iexact=known.name)
    return known.name if likeness[at] >= LIKE_ENOUGH and not taken else ""
