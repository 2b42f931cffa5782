"""The spaCy part that marks prices, dates and certifications, and gathers what the lists of the company name."""

import re
from collections.abc import Callable, Iterator

from spacy.language import Language
from spacy.tokens import Doc

from objections.nlp.listed import ACCOUNT
from objections.nlp.types import Mention

Doc.set_extension("mentions", default=(), force=True)

NUMBER = r"\d{1,3}(?:[.,' \u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?"
SCALE = r"(?:\s?(?:k|m|mn|mio|million|thousand|grand|tsd|bn)\b)?"
MONEY = r"(?:€|\$|£|eur\b|euros?\b|usd\b|gbp\b|chf\b|pln\b|sek\b|dollars?\b|pounds?\b|quid\b|bucks\b)"
PER = (
    r"(?:\s?(?:/|per|a|an|each|pro|p\.?)\s?(?:user|seat|head|month|mo|year|yr|annum|a\b|day|licen[cs]e|device|site|store|"
    r"employee|unit|hour|hr|call|transaction|vehicle|bed|pupil|student|monat|jahr)s?\b)"
)
PRICE = re.compile(
    rf"(?<![\w.])(?:{MONEY}\s?(?:{NUMBER}){SCALE}{PER}*"
    rf"|(?:{NUMBER}){SCALE}\s?{MONEY}{PER}*"
    rf"|(?:{NUMBER}){SCALE}{PER}+"
    rf"|(?:{NUMBER})\s?k\b"
    rf"|(?:{NUMBER})\s?(?:%|percent|per cent|pct)\s?(?:discount|off|cheaper|dearer|less|more|increase|uplift|rebate|"
    r"under|over|below|above|higher|lower|markup|margin|price)\b)",
    re.I,
)

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|"
    r"dec(?:ember)?)"
)
WORDY_MONTH = r"(?:mar(?:ch)?|may)"  # words as well
WHEN = r"(?:in|by|until|till|since|from|before|after|mid|mid-|end of|early|late|next|this|last|of|for|end)"
YEAR = r"(?:19|20)\d\d"
DATE = re.compile(
    rf"\b(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[./]\d{{1,2}}[./](?:\d{{4}}|\d{{2}})"
    rf"|(?:\d{{1,2}}(?:st|nd|rd|th|\.)?\s)?(?:of\s)?{MONTH}\b(?:\.?\s\d{{1,2}}(?:st|nd|rd|th)?\b(?!\s?(?:%|k\b|user|seat)))?"
    rf"(?:[.,]?\s{YEAR})?"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?\s(?:of\s)?{WORDY_MONTH}\b(?:\s{YEAR})?"
    rf"|{WORDY_MONTH}\s(?:\d{{1,2}}(?:st|nd|rd|th)?\b|{YEAR})"
    r"|(?:fy|h[12]|q[1-4])[ /'-]{0,2}(?:fy|'|20)?\d{2,4}\b|fy\s?\d{2,4}|q[1-4]\b|h[12]\b"
    r"|(?:next|this|last|coming)\s(?:fiscal\s|financial\s|budget\s|calendar\s)?"
    r"(?:week|month|quarter|qtr|year|yr|spring|summer|autumn|fall|winter)\b"
    r"|(?:end|start|beginning|middle|close)\sof\s(?:the\s|this\s|next\s)?(?:month|quarter|qtr|year|yr|fiscal year|fy)\b"
    r"|year[ -]end|month[ -]end|new year|christmas|easter)",
    re.I,
)
AFTER_WHEN = re.compile(rf"\b{WHEN}\s?({WORDY_MONTH}\b(?:\s{YEAR})?|{YEAR}\b)", re.I)

CERTIFICATIONS: dict[str, str] = {
    r"iso(?:\s?/?\s?iec)?[ -]?(\d{4,5})(?:[:-]\d{4})?": "ISO {0}",
    r"iatf[ -]?16949": "IATF 16949",
    r"iec[ -]?(\d{5})(?:-\d)*": "IEC {0}",
    r"en[ -]?(1090|15085|9100|50128)": "EN {0}",
    r"soc[ -]?([123])(?:[ -]?type[ -]?(?:1|2|i{1,2}))?": "SOC {0}",
    r"isae[ -]?(3402|3000)": "ISAE {0}",
    r"pci(?:[ -]?dss)?": "PCI DSS",
    r"hipaa": "HIPAA",
    r"hitrust": "HITRUST",
    r"fedramp": "FedRAMP",
    r"gdpr|dsgvo|rgpd": "GDPR",
    r"tisax": "TISAX",
    r"bsi[ -]?c5|c5[ -](?:attestation|testat|report)": "C5",
    r"cyber[ -]?essentials(?: plus)?": "Cyber Essentials",
    r"nist(?:[ -]?(?:sp)?[ -]?800-(\d+)| csf)?": "NIST",
    r"cmmc": "CMMC",
    r"csa[ -]?star": "CSA STAR",
    r"fips[ -]?140(?:-[23])?": "FIPS 140",
    r"ce[ -]mark(?:ing|ed)?": "CE marking",
    r"ul[ -]listed|ul[ -]listing": "UL",
    r"510\(k\)": "FDA 510(k)",
    r"21[ -]cfr(?:[ -]part)?[ -]?11|part 11": "21 CFR Part 11",
    r"gxp|gamp[ -]?5": "GxP",
    r"haccp": "HACCP",
    r"secnumcloud": "SecNumCloud",
    r"irap": "IRAP",
    r"nis[ -]?2": "NIS2",
    r"ccpa": "CCPA",
    r"ferpa": "FERPA",
}
_CERTIFIED = [(re.compile(rf"(?<!\w)(?:{p})(?!\w)", re.I), value) for p, value in CERTIFICATIONS.items()]


@Language.factory("objections_mentions", assigns=["doc._.mentions"], requires=["doc._.listed", "doc._.personal"])
def make_mentions(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Sets `doc._.mentions`: what a text names, in order and without overlaps, personal data left out."""

    def find_mentions(doc: Doc) -> Doc:
        text = doc.text
        named = [each for each in doc._.listed.mentions if each.kind != ACCOUNT]
        kept: list[Mention] = []
        for each in [*named, *certifications(text), *prices(text), *dates(text)]:
            taken = [*((m.start, m.end) for m in kept), *((p.start, p.end) for p in doc._.personal)]
            if all(each.end <= start or end <= each.start for start, end in taken):
                kept.append(each)
        doc._.mentions = tuple(sorted(kept, key=lambda m: m.start))
        return doc

    return find_mentions


def certifications(text: str) -> Iterator[Mention]:
    """Certificates, norms and laws somebody asks for, each with how it is usually written."""
    for pattern, value in _CERTIFIED:
        for found in pattern.finditer(text):
            yield Mention("certification", *found.span(), value=value.format(*(found.groups() or ("",))))


def prices(text: str) -> Iterator[Mention]:
    """Amounts of money, prices for a unit or a time, thousands ("80k"), and percentages said of a price."""
    for found in PRICE.finditer(text):
        yield Mention("price", *found.span())


def dates(text: str) -> Iterator[Mention]:
    """Days, months, quarters and years, also relative ones. "may" and "march" only where they are months."""
    for found in DATE.finditer(text):
        yield Mention("date", *found.span())
    for found in AFTER_WHEN.finditer(text):
        if not found[1][0].islower():
            yield Mention("date", *found.span(1))
