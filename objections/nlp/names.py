"""Where a text names a person. Rules over tokens, for notes are too terse for sentences to be parsed.

A given name that is nothing else is a name in itself; any other word is one only where something says so: a form of
address, a role or a department beside it, a verb that people do, or somebody who is spoken to. What the company's own
lists name (competitors, products, accounts) is never a person.
"""

import re
from collections.abc import Callable, Collection

from spacy.matcher.levenshtein import levenshtein
from spacy.tokens import Doc, Token

from objections.nlp.words import (
    ABSENT,
    ADDRESSED,
    ADDRESSED_AS_WRITTEN,
    ASKED,
    DAYS,
    DEPARTMENTS,
    DETERMINERS,
    DOUBTFUL,
    FIRMS,
    LINKS,
    MONTHS,
    PARTICLES,
    PLACED,
    RELATED,
    ROLES,
    SOMEBODY,
    SPEAKING,
    SPOKEN,
    SURE,
    TOWARDS,
    given_names,
    is_ordinary,
    ordinary_words,
)

MOST = 4  # tokens of one name
TITLE = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
BRAND = re.compile(r"(?!Mc|Mac|O['’]|De|Di|Du|La|Le|Van|Von|Fitz|St).*[a-z][A-Z]")  # a capital inside
INITIAL = re.compile(r"[A-Z]\.?")
OPENS, CLOSES = frozenset('"“„»«('), frozenset('"”“»«')
DASHES = frozenset(["-", "–", "—", "--", "~"])


class Names:
    """The names in one text. `is_kept(start, end, accounts)` says whether letters belong to what the company's lists
    name, its accounts among it or not, for a firm may be called like a surname; `never` are words in lower case that
    name nobody.
    """

    def __init__(self, doc: Doc, is_kept: Callable[[int, int, bool], bool], never: Collection[str] = ()):
        self.doc, self.is_kept, self.never = doc, is_kept, never
        self.tokens = list(doc)
        self.low = [token.lower_ for token in self.tokens]
        self.taken: dict[int, int] = {}  # token → the one after the end of its name

    def find(self, parts: Collection[str] = ()) -> list[tuple[int, int]]:
        """Spans (start, end) of letters. `parts` are words that are names here because an address has them."""
        at = 0
        while at < len(self.tokens):
            end = self._known(at) or self._said_to_be(at)
            if end:
                self.taken[at] = end
            at = end or at + 1
        self._everywhere(set(parts))
        return [
            (self.tokens[a].idx, self.tokens[b - 1].idx + len(self.tokens[b - 1]))
            for a, b in sorted(self.taken.items())
        ]

    # What a token is

    def says(self, at: int) -> str:
        """What the list of given names says of a token; a double name is as sure as its first part."""
        low = self.low[at]
        return given_names().get(low) or given_names().get(re.split(r"['’-]", low)[0], "")

    def is_word(self, at: int, accounts: bool = True) -> bool:
        """Letters only, and nothing the lists name; an account counts as nothing where `accounts` is false."""
        within = 0 <= at < len(self.tokens) and TITLE.fullmatch(self.tokens[at].text) is not None
        return within and not self._is_kept(at, accounts)

    def is_titled(self, at: int, accounts: bool = True) -> bool:
        """Written like a name: a capital and small letters after it."""
        if not self.is_word(at, accounts):
            return False
        text = self.tokens[at].text
        return text[0].isupper() and any(letter.islower() for letter in text[1:]) and not BRAND.match(text)

    def is_strange(self, at: int, accounts: bool = True) -> bool:
        """Written like a name, and no word that notes use."""
        return self.is_titled(at, accounts) and not self._is_plain(at)

    def _is_plain(self, at: int) -> bool:
        low = self.low[at]
        return low in self.never or low in ADDRESSED or is_ordinary(self.tokens[at].text)

    def _is_kept(self, at: int, accounts: bool = True) -> bool:
        token = self.tokens[at]
        return self.is_kept(token.idx, token.idx + len(token), accounts)

    def _low(self, at: int) -> str:
        return self.low[at] if 0 <= at < len(self.low) else ""

    # Names that the list knows

    def _known(self, at: int) -> int | None:
        says = self.says(at)
        if says not in SURE or not self.is_word(at) or self._is_plain(at):
            return None
        if says == "rare" and self._low(at - 1) in DETERMINERS | PLACED:
            return None
        text = self.tokens[at].text
        if text.islower():
            return self._with_small_surname(at + 1) if says == "common" else None
        if text.isupper():
            return self._with_loud_surname(at + 1) if says == "common" and len(text) > 3 else None
        return self._with_surname(at + 1)

    def _with_surname(self, end: int) -> int:
        """Over the initials, particles and capitalised words that follow, if they can belong to the name."""
        for _ in range(MOST - 1):
            ahead = end
            while self._low(ahead) in PARTICLES and self.is_word(ahead):
                ahead += 2 if self._is_hyphen(ahead + 1) else 1
            if self._is_hyphen(end) and self.is_word(end + 1, accounts=False):
                end += 2
                continue
            if (
                ahead == end
                and INITIAL.fullmatch(self.tokens[end].text if end < len(self.tokens) else "")
                and (self.tokens[end].text.endswith(".") or self.is_titled(end + 1))
            ):
                end += 1
                continue
            if not self.is_titled(ahead, accounts=False) or not self._can_be_surname(ahead):
                break
            end = ahead + 1
        return end

    def _is_hyphen(self, at: int) -> bool:
        return self._low(at) == "-" and not self.tokens[at].whitespace_ and not self.tokens[at - 1].whitespace_

    def _can_be_surname(self, at: int) -> bool:
        low = self.low[at]
        return (
            low not in self.never
            and low not in MONTHS | DAYS | ROLES | DEPARTMENTS | FIRMS
            and not self.tokens[at].is_stop
        )

    def _with_small_surname(self, end: int) -> int:
        small = self.is_word(end) and self.tokens[end].is_lower and len(self.tokens[end]) > 2
        return end + 1 if small and not self._is_plain(end) and not self._is_slip(end) else end

    def _with_loud_surname(self, end: int) -> int:
        loud = self.is_word(end) and self.tokens[end].is_upper and len(self.tokens[end]) > 3
        return end + 1 if loud and not self._is_plain(end) else end

    # Names that something beside them gives away

    def _said_to_be(self, at: int) -> int | None:
        if self._is_addressed(at):
            return self._addressed(at)
        if self._has_initial(at):
            return self._with_surname(at + 2)
        beside_role = self._low(at - 1) in ROLES or (self._low(at + 1) == "(" and self._low(at + 2) in ROLES)
        doubtful = self.says(at) == DOUBTFUL and self.is_titled(at) and self.low[at] not in self.never
        if not (doubtful or self.is_strange(at, accounts=not beside_role)):
            return self._spoken_to_in_small_letters(at)
        end = self._run(at)
        if (
            self._is_firm(end)
            or self._low(at - 1) in DETERMINERS | PLACED
            or (self.low[at] in MONTHS | DAYS and end == at + 1)
        ):
            return None
        pair = doubtful and any(self.is_strange(each) for each in range(at + 1, end))
        return end if pair or self._is_before(at) or self._is_after(end) or self._is_signature(at, end) else None

    def _run(self, at: int) -> int:
        end = at + 1
        while end < min(len(self.tokens), at + MOST) and (
            self.is_strange(end)
            or (self._low(end) in PARTICLES and self.is_strange(end + 1))
            or (self._is_hyphen(end) and self.is_word(end + 1))
        ):
            end += 2 if self._is_hyphen(end) else 1
        return end

    def _is_firm(self, end: int) -> bool:
        return self._low(end) in FIRMS

    def _is_addressed(self, at: int) -> bool:
        before = self.tokens[at - 1] if at else None
        if before is not None and before.text == "." and at > 1:
            before = self.tokens[at - 2]
        return before is not None and (before.lower_ in ADDRESSED or before.text in ADDRESSED_AS_WRITTEN)

    def _addressed(self, at: int) -> int | None:
        """After "Mr": capitalised words whatever they mean, or one small one."""
        before = self.tokens[at - 1].text
        if self.is_titled(at, accounts=False) and (before not in ADDRESSED_AS_WRITTEN or not self._is_plain(at)):
            return self._with_surname(at + 1)
        if INITIAL.fullmatch(self.tokens[at].text) and self.is_titled(at + 1, accounts=False):
            return self._with_surname(at + 1)
        small = self.is_word(at, accounts=False) and len(self.tokens[at]) > 2 and not self._is_plain(at)
        return at + 1 if small and self.tokens[at - 1].lower_ in ADDRESSED else None

    def _has_initial(self, at: int) -> bool:
        """ "M. Weber": a letter with a point before a strange word, which is small only where it speaks."""
        if not re.fullmatch(r"[A-Za-z]\.", self.tokens[at].text) or self._is_firm(at + 2):
            return False
        small = self.is_word(at + 1) and not self._is_plain(at + 1) and self._low(at + 2) in SPEAKING
        return self.is_strange(at + 1) or small

    def _spoken_to_in_small_letters(self, at: int) -> int | None:
        small = self.is_word(at) and self.tokens[at].is_lower and len(self.tokens[at]) > 3 and not self._is_plain(at)
        if small and self._low(at - 1) in TOWARDS and self._low(at - 2) in SPOKEN and not self._is_slip(at):
            return self._with_small_surname(at + 1)
        return None

    def _is_slip(self, at: int) -> bool:
        """A word that notes use, mistyped."""
        low = self.low[at]
        off = 1 if len(low) < 9 else 2
        if len(low) < 6:
            return False
        return any(abs(len(word) - len(low)) <= off and levenshtein(low, word, off) <= off for word in ordinary_words())

    def _is_before(self, at: int) -> bool:
        """Somebody who is spoken to, a role, or "called" stands before it."""
        before = at - 1
        if self._low(before) in (":", ","):
            before -= 1
        low = self._low(before)
        if low in ("and", "&", "or", "/") and before in self.taken.values():
            return True
        if low in ASKED | ROLES or (low in ("called", "named") and self._low(before - 1) in SOMEBODY):
            return True
        if low in TOWARDS or low == "from":
            return self._low(before - 1) in SPOKEN | ASKED
        return low in DEPARTMENTS and (self._low(before - 1) in ROLES or self._low(before - 1) == "of")

    def _is_after(self, end: int) -> bool:
        """A verb that people do, a role or a department stands after it."""
        low = self._low(end)
        if low in SPEAKING:
            return True
        if low in ("'s", "’s"):
            return self._low(end + 1) in RELATED
        if low in ("(", ",", "-", "–", "/"):
            ahead = end + 1
            while self._low(ahead) in ("our", "their", "the", "his", "her", "a", "an", "new", "former", "senior"):
                ahead += 1
            ahead += self._low(ahead) in DEPARTMENTS and low != "("
            return self._low(ahead) in ROLES or (low == "(" and self._low(ahead) in DEPARTMENTS)
        if low in ("is", "was"):
            return self._low(end + 1) in ABSENT
        if low in LINKS:
            ahead = end + 2 if self._low(end + 1) in ("the", "their", "our") else end + 1
            return self._low(ahead) in DEPARTMENTS or self._low(ahead) in ROLES
        return False

    def _is_signature(self, at: int, end: int) -> bool:
        """After a dash at the end of the text, or before a colon and a quotation."""
        if end == len(self.tokens) or self._low(end) in (",", "(", "."):
            return self._low(at - 1) in DASHES and (at < 2 or self._low(at - 2) in CLOSES | {".", "!", "?"})
        return at == 0 and self._low(end) == ":" and self._low(end + 1) in OPENS

    # The same name again

    def _everywhere(self, parts: set[str]) -> None:
        """Each part of a name is one wherever it stands, unless it is a word as well and written like one."""
        for at, end in list(self.taken.items()):
            parts |= {token.lower_ for token in self.tokens[at:end] if len(token) > 2 and not is_ordinary(token.text)}
        covered = {token for at, end in self.taken.items() for token in range(at, end)}
        for token in self.tokens:
            if token.i not in covered and token.lower_ in parts and self._may_repeat(token):
                self.taken[token.i] = token.i + 1

    def _may_repeat(self, token: Token) -> bool:
        return not self._is_kept(token.i) and token.lower_ not in self.never | PARTICLES
