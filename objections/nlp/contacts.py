"""Where a text tells how to reach somebody: e-mail addresses, phone numbers, handles and profiles."""

import re
from collections.abc import Iterator

AT = r"(?:@|\s?[\[({]\s?(?:at|@)\s?[\])}]\s?)"
DOT = r"(?:\.|\s?[\[({]\s?(?:dot|\.)\s?[\])}]\s?)"
EMAIL = re.compile(rf"[^\W_](?:[\w.+'&%-]*\w)?{AT}(?:[^\W_](?:[\w-]*[^\W_])?{DOT})+[^\W\d_]{{2,24}}(?!\w)")
SPELT_EMAIL = re.compile(
    r"[\w.+-]+ at [\w-]+(?: dot [\w-]+)*(?: dot |\.)(?:com|org|net|de|io|eu|co|uk|fr|nl|ch|at)\b", re.I
)
PROFILE = re.compile(
    r"(?:https?://)?(?:[a-z]{2,3}\.)?(?:linkedin\.com/in|xing\.com/profile|twitter\.com|x\.com)/[\w%.-]+", re.I
)
HANDLE = re.compile(r"(?<![\w@./])@[^\W\d_][\w.-]{1,30}")

GAP = r"[ \u00a0.\-/]?"
INTERNATIONAL = re.compile(rf"(?<![\w+])(?:\+|00)[1-9](?:{GAP}?[ \u00a0]?(?:\(0?\d{{0,5}}\)|\d)){{6,14}}(?!\w)")
NATIONAL = re.compile(r"(?<![\w.,:/+-])\(?0[1-9](?:[ \u00a0.\-/()]{0,2}\d){7,10}(?![\w]|[.,:/-]\d)")
AMERICAN = re.compile(r"(?<![\w.,:/+-])(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w]|[.,:/-]\d)")
CUED = re.compile(
    r"\b(?:tel(?:ephone)?|phone|ph|mob(?:ile)?|cell|call|ring|whats ?app|fax|direct(?: line)?|ext(?:ension)?|handy|"
    r"telefon|dial|(?:his|her|their|my|phone|mobile|cell|direct) (?:number|no\.?)|"
    r"portable)\b\.?[^\w+(]{0,3}(?:(?:is|me|her|him|them|us|on|at|back)[^\w+(]{1,3}){0,3}"
    r"(?P<number>\+?\(?\d(?:[ \u00a0.\-/()]{0,2}\d){4,14})(?!\w)",
    re.I,
)
DATE = re.compile(r"(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2})(?!\d)")
SHORTEST_CUED = 5  # digits: an extension is shorter, and says nothing without the number of the house


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Spans (start, end) of e-mail addresses, also of those written out."""
    for pattern in (EMAIL, SPELT_EMAIL):
        for found in pattern.finditer(text):
            yield found.span()


def profiles(text: str) -> Iterator[tuple[int, int]]:
    """Spans of addresses of profiles, and of handles such as "@jane"."""
    for pattern in (PROFILE, HANDLE):
        for found in pattern.finditer(text):
            yield found.span()


def phones(text: str) -> Iterator[tuple[int, int]]:
    """Spans of phone numbers: with a country's code, national, American, or after a word such as "tel"."""
    for pattern in (INTERNATIONAL, NATIONAL, AMERICAN):
        for found in pattern.finditer(text):
            if not DATE.match(found[0]):
                yield found.span()
    for found in CUED.finditer(text):
        digits = sum(letter.isdigit() for letter in found["number"])
        if digits >= SHORTEST_CUED and not DATE.match(found["number"]):
            yield found.span("number")
