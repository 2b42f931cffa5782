"""The spaCy part that finds what tells who a buyer is, and the masking of it."""

import re
from collections.abc import Callable, Iterable, Sequence

from spacy.language import Language
from spacy.tokens import Doc

from objections.nlp.contacts import addresses, phones, profiles
from objections.nlp.names import Names
from objections.nlp.types import MASKS, Personal
from objections.nlp.words import is_ordinary

Doc.set_extension("personal", default=(), force=True)


@Language.factory("objections_masking", assigns=["doc._.personal"], requires=["doc._.listed"])
def make_masking(nlp: Language, name: str, never: Sequence[str]) -> Callable[[Doc], Doc]:
    """Sets `doc._.personal`: e-mail addresses, phone numbers and names of people, in order, without overlaps.

    `never` are words that name nobody, besides those that notes use. What `objections_listed` found is no name.
    """
    words = frozenset(word.lower() for word in never)

    def find_personal(doc: Doc) -> Doc:
        text, covers = doc.text, doc._.listed.covers
        mails = list(addresses(text))
        found = [Personal("e-mail", *span) for span in mails]
        found += [Personal("phone", *span) for span in phones(text)]
        found += [Personal("name", *span) for span in profiles(text) if not covers(*span)]
        found += [Personal("name", *span) for span in Names(doc, covers, words).find(_parts(text, mails))]
        doc._.personal = apart(found)
        return doc

    return find_personal


def _parts(text: str, mails: Iterable[tuple[int, int]]) -> set[str]:
    """The words before the @ of addresses that may be somebody's name."""
    owners = (re.split(r"@|\[| at ", text[start:end])[0] for start, end in mails)
    words = {word.lower() for owner in owners for word in re.split(r"[._+'\d-]+", owner)}
    return {word for word in words if len(word) > 2 and word.isalpha() and not is_ordinary(word)}


def apart(found: Iterable[Personal]) -> tuple[Personal, ...]:
    """In order and without overlaps: addresses before numbers before names, longer ones before shorter ones."""
    order, kept = list(MASKS), []
    for each in sorted(found, key=lambda p: (order.index(p.kind), p.start - p.end, p.start)):
        if all(each.end <= other.start or other.end <= each.start for other in kept):
            kept.append(each)
    return tuple(sorted(kept, key=lambda p: p.start))


def masked(text: str, personal: Sequence[Personal]) -> str:
    """The text with a mask in place of each."""
    for each in reversed(personal):
        text = text[: each.start] + MASKS[each.kind] + text[each.end :]
    return text
