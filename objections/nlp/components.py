"""spaCy parts that read notes as people type them: a tokenizer, abbreviations, quotes and key phrases."""

import re
import unicodedata
from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc, Span, Token
from spacy.util import registry

QUOTE_MARKS = str.maketrans(dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‘’‚‛′`´", "'"))
WORD = re.compile(r"[^\W_]")
CONTRACTION = re.compile(r"^(n't|'\w{1,2})$")

Doc.set_extension("quoted", default=(), force=True)
Doc.set_extension("phrases", default=(), force=True)


@registry.tokenizers("objections.note_tokenizer.v1")
def make_note_tokenizer() -> Callable[[Language], Callable[[str], Doc]]:
    """English rules on text whose quote marks and white space are made plain first."""
    english = registry.tokenizers.get("spacy.Tokenizer.v1")()

    def build(nlp: Language) -> Callable[[str], Doc]:
        tokenize = english(nlp)
        return lambda text: tokenize(plain(text))

    return build


def plain(text: str) -> str:
    """Compatibility characters composed, straight quotes, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(QUOTE_MARKS).split())


@Language.factory("objections_abbreviations", assigns=["token.norm"])
def make_abbreviations(nlp: Language, name: str, table: dict[str, str]) -> Callable[[Doc], Doc]:
    """Sets the norm of abbreviations reps use, so that names read as words."""

    def spell_out(doc: Doc) -> Doc:
        for token in doc:
            token.norm_ = table.get(token.lower_, token.lower_)
        return doc

    return spell_out


@Language.factory("objections_quotes", assigns=["doc._.quoted"])
def make_quotes(nlp: Language, name: str, least_words: int) -> Callable[[Doc], Doc]:
    """Sets `doc._.quoted`: the spans between quotation marks of at least `least_words` words, the buyer's own words.

    A text wholly in marks is one such span; a text without any is the rep's paraphrase.
    """

    def find_quotes(doc: Doc) -> Doc:
        spans, start = [], None
        for token in doc:
            if token.text == '"' and start is not None:
                spans.append(doc[start : token.i])
                start = None
            elif token.text == '"' and can_open(token):
                start = token.i + 1
        doc._.quoted = tuple(span for span in spans if words_in(span) >= least_words)
        return doc

    return find_quotes


def can_open(mark: Token) -> bool:
    """A mark that follows a word or a number at once closes, or means inches."""
    return mark.i == 0 or bool(mark.nbor(-1).whitespace_) or mark.nbor(-1).is_punct


def words_in(span: Span) -> int:
    return sum(1 for token in span if WORD.search(token.text))


@Language.factory("objections_phrases", assigns=["doc._.phrases"])
def make_phrases(nlp: Language, name: str, most_words: int) -> Callable[[Doc], Doc]:
    """Sets `doc._.phrases`: each run of 1 to `most_words` words once, in order, as lower-case text.

    Runs do not cross punctuation, and neither begin nor end with a stop word, a contraction or a bare number.
    """

    def find_phrases(doc: Doc) -> Doc:
        found: dict[str, None] = {}
        for start in range(len(doc)):
            for end in range(start + 1, min(start + most_words, len(doc)) + 1):
                run = doc[start:end]
                if not WORD.search(run[-1].text):
                    break
                if can_bound(run[0]) and can_bound(run[-1]):
                    found["".join(token.norm_ + token.whitespace_ for token in run).strip(" .")] = None
        doc._.phrases = tuple(found)
        return doc

    return find_phrases


def can_bound(token: Token) -> bool:
    """May a phrase begin or end here?"""
    return (
        len(token) > 1
        and not token.is_stop
        and not token.like_num
        and WORD.search(token.text) is not None
        and not CONTRACTION.match(token.lower_)
        and not is_negated(token)
    )


def is_negated(token: Token) -> bool:
    """The first part of "won't" and its like."""
    return not token.whitespace_ and token.i + 1 < len(token.doc) and token.nbor().lower_ == "n't"
