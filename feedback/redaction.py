"""Takes words that identify somebody out of free text, JSON and stored HTML."""

import json
import re
from collections.abc import Iterable

from django.db.models import Q
from django.utils.html import escape

REMOVED = "[removed]"
SHORTEST = 3  # letters; shorter words would take half the language with them
_TAG = re.compile(r"<[^>]*>")
_SPOKEN = re.compile(r'\b(aria-label|alt|title)="([^"]*)"')  # attributes that are read out or shown


class Redaction:
    """Words to be removed, wherever they stand as whole words, in any case and with any space between them."""

    def __init__(self, terms: Iterable[str]):
        self.terms = sorted({" ".join(term.split()) for term in terms if len(term.strip()) >= SHORTEST}, key=len)[::-1]
        if not self.terms:
            raise ValueError("nothing to remove")
        self._plain = _pattern(self.terms)
        self._escaped = _pattern([str(escape(term)) for term in self.terms])

    def may_match(self, columns: Iterable[str]) -> Q:
        """A condition true for at least all rows in which a column holds one of the terms."""
        found = Q()
        for column in columns:
            for term in self.terms:
                every_word = Q()
                for word in term.split():
                    every_word &= _any(column, _forms(word))
                found |= every_word
        return found

    def count(self, value) -> int:
        """How often the terms stand in a text, or in the texts of plain data."""
        if isinstance(value, str):
            return len(self._plain.findall(value))
        if isinstance(value, dict):
            return sum(self.count(key) + self.count(each) for key, each in value.items())
        return sum(map(self.count, value)) if isinstance(value, list) else 0

    def clean(self, value, longest: int | None = None):
        """The text or plain data without the terms; a text no longer than `longest`."""
        if isinstance(value, str):
            return self._plain.sub(REMOVED, value)[:longest]
        if isinstance(value, dict):
            return {self.clean(key): self.clean(each) for key, each in value.items()}
        return [self.clean(each) for each in value] if isinstance(value, list) else value

    def clean_html(self, html: str) -> str:
        """HTML without the terms in what is shown or read out; tags stay as they are."""
        pieces, end = [], 0
        for tag in _TAG.finditer(html):
            pieces += [self._escaped.sub(REMOVED, html[end : tag.start()]), _SPOKEN.sub(self._attribute, tag[0])]
            end = tag.end()
        return "".join([*pieces, self._escaped.sub(REMOVED, html[end:])])

    def excerpt(self, value, around: int = 60) -> str:
        """The first place, with some words on both sides; blank when there is none."""
        text = value if isinstance(value, str) else str(value)
        found = self._plain.search(text)
        if not found:
            return ""
        start, end = max(0, found.start() - around), found.end() + around
        return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")

    def _attribute(self, found: re.Match) -> str:
        return f'{found[1]}="{self._escaped.sub(REMOVED, found[2])}"'


def _pattern(terms: list[str]) -> re.Pattern:
    each = (r"\s+".join(map(re.escape, term.split())) for term in terms)
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)", re.IGNORECASE)


def _forms(word: str) -> set[str]:
    """SQLite compares without regard to case in ASCII only, and keeps other letters of JSON as escapes."""
    written = {word, word.lower(), word.upper(), word.capitalize()}
    return written | {json.dumps(form)[1:-1] for form in written}


def _any(column: str, forms: set[str]) -> Q:
    found = Q()
    for form in forms:
        found |= Q(**{f"{column}__icontains": form})
    return found
