"""spaCy part that cuts a note into clauses, each of which might be said alone."""

import re
from collections.abc import Callable
from functools import cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span, Token

JOINS = re.compile(r"^[\s,;:.\-–—•*]*(?:and also|also|plus)\b[\s,:]*", re.IGNORECASE)
NUMBER = re.compile(r"^\s*(?:\(?\d{1,2}[.)]|\(?[a-d]\)|[-–—•*])\s+(?=\S)", re.IGNORECASE)
MARK = re.compile(r"\(?([2-9b-d])\)\s", re.IGNORECASE)
FIGURE = re.compile(r"^[\d$€£%]")
SHORTENED = {"acc", "approx", "etc", "excl", "inc", "incl", "max", "min", "resp", "vs"}

Doc.set_extension("clauses", default=(), force=True)
Span.set_extension("is_apart", default=False, force=True)


@Language.factory("objections_clauses", assigns=["doc._.clauses"])
def make_clauses(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Sets `doc._.clauses`: spans that together are the text, cut at sentences, new lines, semicolons, numbers of a
    list, "and also" and "plus". `span._.is_apart` says that the writer set it apart by more than a full stop.
    """

    def cut(doc: Doc) -> Doc:
        starts = [(token.i, is_apart(token)) for token in doc if token.i and begins(token)]
        bounds = [(0, False), *starts]
        ends = [at for at, _ in starts] + [len(doc)]
        spans = []
        for (start, apart), end in zip(bounds, ends, strict=True):
            span = doc[start:end]
            span._.is_apart = apart
            spans.append(span)
        doc._.clauses = tuple(spans) if len(doc) else ()
        return doc

    return cut


def begins(token: Token) -> bool:
    """Whether a clause begins here, rather than goes on."""
    return not token.is_space and ((token.is_sent_start and not follows_shortened(token)) or is_apart(token))


def follows_shortened(token: Token) -> bool:
    """Whether the full stop before it only shortened a word."""
    return token.i > 1 and token.nbor(-1).text == "." and token.nbor(-2).lower_ in SHORTENED


def is_apart(token: Token) -> bool:
    before = token.nbor(-1)
    return ("\n" in before.text and before.is_space) or before.text == ";" or is_join(token) or is_numbered(token)


def is_join(token: Token) -> bool:
    """An "and also", or a "plus" that adds no figure."""
    follows = token.nbor() if token.i + 1 < len(token.doc) else None
    if follows is None or not follows.is_alpha:
        return False
    if token.lower_ == "and":
        return follows.lower_ == "also"
    return token.lower_ == "plus" and not FIGURE.match(token.nbor(-1).text)


def is_numbered(token: Token) -> bool:
    """The second or a later number of a list, as in "1) too dear 2) no SSO"."""
    here = MARK.match(token.doc.text[token.idx :])
    if here is None or token.nbor(-1).text == "(":
        return False
    before = chr(ord(here.group(1).lower()) - 1)
    return re.search(rf"(?<!\w){before}\)\s", token.doc.text[: token.idx], re.IGNORECASE) is not None


@cache
def load_cutter() -> Language:
    """English tokens with their line breaks, sentences by rule, clauses; no model."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("objections_clauses")
    return nlp


def bare(clause: str) -> str:
    """The clause without what only joined it to another: numbers, "and also", marks at its ends, half a quotation."""
    text = NUMBER.sub("", clause.strip())
    text = JOINS.sub("", text)
    if text.count('"') == 1:
        text = text.replace('"', "")
    text = text.strip(" \t\n,;–—-")
    return text.removeprefix("“") if "”" not in text else text.removesuffix("”") if "“" not in text else text
