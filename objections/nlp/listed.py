"""The spaCy part that finds what a company's own lists name: competitors, also mistyped, products and accounts."""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from spacy.language import Language
from spacy.matcher.levenshtein import levenshtein
from spacy.tokens import Doc

from objections.nlp.types import Lists, Mention
from objections.nlp.words import FIRMS, given_names, is_ordinary, ordinary_words

PART = re.compile(r"[^\W_]+")
PARTING = re.compile(r"[,;:!?()\n\"]")
ACCOUNT = "account"
MOST = 6  # words of one name
SHORTEST_SLIP, SHORTEST_DOUBLE_SLIP = 5, 9  # letters of a name that may be mistyped once, twice


@dataclass(frozen=True)
class Listed:
    """What the lists name in one text, in order; accounts are among it as mentions of their own kind."""

    mentions: tuple[Mention, ...] = ()

    def covers(self, start: int, end: int, accounts: bool = True) -> bool:
        """Whether letters `start` to `end` all belong to one of them, an account only where `accounts` count.

        One of several words is no surname, whatever stands before it.
        """
        return any(
            each.start <= start
            and end <= each.end
            and (accounts or each.kind != ACCOUNT or end - start < each.end - each.start)
            for each in self.mentions
        )


Doc.set_extension("listed", default=Listed(), force=True)


@dataclass(frozen=True)
class Name:
    """One way to write something: `proper` names are also found in small letters."""

    kind: str
    key: Hashable
    written: str
    proper: bool


@dataclass
class ListedNames:
    """The component; `learn` gives it the lists of a company, without which it finds nothing."""

    slips: bool
    names: dict[str, list[Name]] = field(default_factory=dict)
    by_first: dict[str, list[str]] = field(default_factory=dict)

    def learn(self, lists: Lists) -> None:
        """Forgets what it knew. A name is known without its legal form, too ("Acme" of "Acme GmbH")."""
        self.names, self.by_first = {}, {}
        for kind, rows in (("competitor", lists.competitors), ("product", lists.products)):
            for key, names in rows.items():
                self._add(kind, key, names)
        self._add(ACCOUNT, None, lists.accounts)

    def _add(self, kind: str, key: Hashable, names: Iterable[str]) -> None:
        for name in names:
            for parts in _forms(name):
                low, proper = "".join(parts).lower(), _is_proper(parts)
                self.names.setdefault(low, []).append(Name(kind, key, "".join(parts), proper))
                if kind == "competitor" and self.slips and proper and len(low) >= SHORTEST_SLIP:
                    self.by_first.setdefault(low[0], []).append(low)

    def __call__(self, doc: Doc) -> Doc:
        text = doc.text  # put together from the tokens each time it is asked for
        parts = list(PART.finditer(text)) if self.names else []
        found, at = [], 0
        while at < len(parts):
            mention, used = self._longest(text, parts, at)
            if mention:
                found.append(mention)
            at += used
        doc._.listed = Listed(tuple(found))
        return doc

    def _longest(self, text: str, parts: Sequence[re.Match], at: int) -> tuple[Mention | None, int]:
        """What begins at a word, and how many words it takes."""
        for count in range(_together(text, parts, at), 0, -1):
            run = parts[at : at + count]
            name = self._name("".join(part[0] for part in run))
            if name:
                return Mention(name.kind, run[0].start(), run[-1].end(), name.key), count
        name = self._mistyped(parts[at][0])
        return (Mention(name.kind, *parts[at].span(), name.key) if name else None), 1

    def _name(self, written: str) -> Name | None:
        known = self.names.get(written.lower(), ())
        return next((n for n in known if n.proper or n.written == written or written.isupper()), None)

    def _mistyped(self, word: str) -> Name | None:
        """A competitor of whose name this is a slip of the keyboard: not another word, and no given name."""
        low = word.lower()
        if len(low) < SHORTEST_SLIP or low[0] not in self.by_first or is_ordinary(word) or low in given_names():
            return None
        for name in self.by_first[low[0]]:
            if _is_slip(low, name):
                return next(n for n in self.names[name] if n.kind == "competitor")
        return None


@Language.factory("objections_listed", assigns=["doc._.listed"])
def make_listed(nlp: Language, name: str, slips: bool) -> Callable[[Doc], Doc]:
    """Sets `doc._.listed`. `slips` says whether mistyped competitors count."""
    return ListedNames(slips)


def _is_slip(written: str, name: str) -> bool:
    """One letter wrong, two in a long name, or two letters swapped."""
    most = 2 if len(name) >= SHORTEST_DOUBLE_SLIP or sorted(written) == sorted(name) else 1
    return abs(len(name) - len(written)) <= most and levenshtein(written, name, most) <= most


def _forms(name: str) -> Iterator[list[str]]:
    parts = PART.findall(name)
    if len(parts) > 1 and parts[0].lower() == "the":
        parts = parts[1:]
    if parts:
        yield parts
    short = list(parts)
    while len(short) > 1 and short[-1].lower() in FIRMS:
        short.pop()
    if len(short) < len(parts) and (len(short) > 1 or (len(short[0]) > 3 and not is_ordinary(short[0]))):
        yield short


def _is_proper(parts: Sequence[str]) -> bool:
    """Whether it is a name in small letters, too: neither a short one nor a word that notes use."""
    joined = "".join(parts).lower()
    if len(joined) < 4 or joined in ordinary_words():
        return False
    return not all(is_ordinary(part) for part in parts) and not (len(parts) == 1 and joined in given_names())


def _together(text: str, parts: Sequence[re.Match], at: int) -> int:
    """How many words from this one on may be one name: nothing that parts sentences stands between them."""
    count = 1
    while count < MOST and at + count < len(parts):
        gap = text[parts[at + count - 1].end() : parts[at + count].start()]
        if len(gap) > 3 or gap == ". " or PARTING.search(gap):
            break
        count += 1
    return count
