"""The spaCy part that says which language a text is in. English unless there is reason to believe otherwise."""

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module

from spacy.language import Language
from spacy.tokens import Doc

from objections.nlp.scripts import is_foreign_script
from objections.nlp.words import WORD, is_ordinary

HOME = "en"
SHORT_OF_PROOF = 6  # words; a shorter note needs one that is common in its language
SAME = {"no": "nb", "nn": "nb"}

Doc.set_extension("language", default=HOME, force=True)


@Language.factory("objections_language", assigns=["doc._.language"])
def make_language(
    nlp: Language, name: str, least_words: int, most_english: float, known: Sequence[str]
) -> Callable[[Doc], Doc]:
    """Sets `doc._.language` (ISO 639-1), one of `known`.

    A text is English when it has fewer than `least_words` words, or a share of English words of more than
    `most_english`: notes are full of names and abbreviations, which read like Welsh. Only the others are shown to the
    detector, so that a portal whose notes are English never loads it.
    """

    def find_language(doc: Doc) -> Doc:
        doc._.language = language_of(doc.text, least_words, most_english, known)
        return doc

    return find_language


def language_of(text: str, least_words: int, most_english: float, known: Sequence[str]) -> str:
    words = [word for word in WORD.findall(text) if not word.isupper() or len(word) > 12]  # no abbreviations
    # Scripts without spaces between words have few of them; what is written so is not English in any length.
    if not words or (len(words) < least_words and not is_foreign_script(text)):
        return HOME
    english = sum(is_ordinary(word) for word in words) / len(words)
    if english > most_english:
        return HOME
    # Takes a second and 100 MB, and only what is hardly English ever needs it.
    from py3langid import langid

    ranked = langid.rank(text)
    found = next((language for language, _ in ranked if SAME.get(language, language) in known), HOME)
    found = SAME.get(found, found)
    return found if len(words) >= SHORT_OF_PROOF or is_foreign_script(text) or _is_proved(words, found) else HOME


def _is_proved(words: Sequence[str], language: str) -> bool:
    """Whether one of its commonest words is among them: a few strange words look like some language in any case."""
    common = _commonest(language)
    return not common or any(word.lower() in common for word in words)


@cache
def _commonest(language: str) -> frozenset[str]:
    """The stop words that spaCy ships; none where it has none."""
    try:
        return frozenset(import_module(f"spacy.lang.{language}.stop_words").STOP_WORDS)
    except ModuleNotFoundError:
        return frozenset()
