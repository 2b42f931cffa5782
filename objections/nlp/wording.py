"""Why something is proposed, in words a marketer reads once."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence

from objections.nlp.types import Proposal

SHOWN = 3
LEAST_LETTERS = 3


def reason_of(proposal: Proposal, sizes: Mapping[Hashable, int], names: Mapping[Hashable, str]) -> str:
    """One or two sentences: how many say what, in which of their own words. What it is worth is for others to say.

    `sizes` are the numbers of objections in the themes there are, `names` what these are called.
    """
    return f"{_REASONS[proposal.kind](proposal, sizes, names)}{said(proposal)}"


def shared_phrases(here: Sequence[Sequence[str]], there: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Phrases found on both sides, most of both first; longer ones before their parts, no two with a word in common."""
    counts = [Counter(phrase for phrases in side for phrase in phrases) for side in (here, there)]
    sizes = [max(len(side), 1) for side in (here, there)]
    both = [phrase for phrase in counts[0].keys() & counts[1].keys() if letters_in(phrase) >= LEAST_LETTERS]
    worth = {phrase: counts[0][phrase] / sizes[0] * counts[1][phrase] / sizes[1] for phrase in both}
    chosen: list[str] = []
    for phrase in sorted(worth, key=lambda phrase: (-worth[phrase] * len(phrase.split()) ** 2, phrase)):
        if not set(phrase.split()) & {word for other in chosen for word in other.split()}:
            chosen.append(phrase)
    return tuple(chosen[:SHOWN])


def said(proposal: Proposal) -> str:
    if not proposal.phrases:
        return "."
    words = ", ".join(f"“{phrase}”" for phrase in proposal.phrases[:SHOWN])
    return f": {words}."


def letters_in(phrase: str) -> int:
    return sum(map(str.isalpha, phrase))


def counted(many: int) -> str:
    return f"{many} objection{'' if many == 1 else 's'}"


def _new(proposal, sizes, names):
    return f"{counted(len(proposal.members))} without a theme say much the same"


def _assign(proposal, sizes, names):
    many = len(proposal.members)
    return f"{counted(many)} without a theme {'reads' if many == 1 else 'read'} like the others here"


def _move(proposal, sizes, names):
    many = len(proposal.members)
    where = f"“{names[proposal.other]}”" if proposal.other in names else "another theme"
    return f"{counted(many)} of {where} {'reads' if many == 1 else 'read'} like the others here"


def _merge(proposal, sizes, names):
    return f"The {counted(len(proposal.members))} here and the {sizes[proposal.theme]} there say much the same"


def _split(proposal, sizes, names):
    return f"{len(proposal.members)} of the {counted(sizes[proposal.theme])} say something else than the rest"


def _rename(proposal, sizes, names):
    return f"Its {counted(len(proposal.members))} say something else than its name"


def _retire(proposal, sizes, names):
    return "No objection is in it"


_REASONS = {
    "new": _new,
    "assign": _assign,
    "move": _move,
    "merge": _merge,
    "split": _split,
    "rename": _rename,
    "retire": _retire,
}
