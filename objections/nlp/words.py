"""What the parts that read notes know about single words: which are ordinary, which are given names, roles, months."""

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path

from spacy.lang.en.stop_words import STOP_WORDS

from objections.nlp.corpus import notes

NAMES = Path(__file__).with_name("given_names.txt")
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
SURE, DOUBTFUL = ("common", "rare"), "doubtful"


with Path(__file__).with_name("words.toml").open("rb") as _file:
    _lists = {name: frozenset(words.split()) for name, words in tomllib.load(_file).items()}

MONTHS, DAYS, PLACES = _lists["months"], _lists["days"], _lists["places"]
ROLES, DEPARTMENTS, FIRMS = _lists["roles"], _lists["departments"], _lists["firms"]
PARTICLES, DETERMINERS, PLACED, TOWARDS, LINKS = (
    _lists[name] for name in ("particles", "determiners", "placed", "towards", "links")
)
ADDRESSED, ADDRESSED_AS_WRITTEN = _lists["addressed"], _lists["addressed_as_written"]
SPEAKING, ASKED, SPOKEN = _lists["speaking"], _lists["asked"], _lists["spoken"]
SOMEBODY, RELATED, ABSENT = _lists["somebody"], _lists["related"], _lists["absent"]


@cache
def given_names() -> dict[str, str]:
    """Given name in lower case → what it says: "common", "rare" or "doubtful" (see the head of the file)."""
    found, kind = {}, ""
    for line in NAMES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif kind:
            found.update(dict.fromkeys(line.split(), kind))
    return found


@cache
def ordinary_words() -> frozenset[str]:
    """Words in lower case that name nobody: those the exemplars have in lower case, stop words, roles and the like."""
    written = {word for note in notes() for word in WORD.findall(note.text) if word[0].islower()}
    known = {word.replace("’", "'") for word in written} | set(STOP_WORDS)
    return frozenset(known | MONTHS | DAYS | ROLES | DEPARTMENTS | FIRMS | PLACES | _lists["ordinary"])


@lru_cache(65_536)
def is_ordinary(word: str) -> bool:
    """Whether it names nobody, in any case, also in the plural or with an apostrophe."""
    low = word.lower().replace("’", "'")
    if low in ordinary_words():
        return True
    stems = [low.removesuffix("'s"), low.removesuffix("s"), low.removesuffix("es"), low.removesuffix("ing")]
    stems += [low.removesuffix("ed"), low.removesuffix("d"), low.removesuffix("ly"), low.removesuffix("n't")]
    return any(stem != low and len(stem) > 2 and stem in ordinary_words() for stem in stems)
