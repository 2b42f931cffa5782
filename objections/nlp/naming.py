"""Names for groups of texts: phrases typical of the group and close to its centre, no two saying the same."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from objections.nlp.geometry import unit
from objections.nlp.lens import of_text

NAME = "objections.ctfidf_mmr.v1"
Encode = Callable[[Sequence[str]], np.ndarray]
Read = Callable[[Sequence[str]], Iterable[Sequence[str]]]


@dataclass(frozen=True)
class Naming:
    """What is said of one group: its name, its phrases, the text to quote, how close its members are."""

    name: str
    phrases: tuple[str, ...]
    quote_index: int
    cohesion: float


@dataclass(frozen=True)
class Namer:
    """Ranks phrases by c-TF-IDF (Grootendorst 2022) times similarity to the centre, then picks by maximal marginal
    relevance (Carbonell and Goldstein 1998)."""

    candidates: int
    phrases: int
    in_name: int
    variety: float
    length_power: float
    central_quotes: int
    most_read: int

    def __call__(
        self, read: Read, texts: Sequence[str], vectors: np.ndarray, labels: np.ndarray, encode: Encode
    ) -> list[Naming]:
        """One Naming per label 0..max, in order; names differ from each other without regard to case.

        `read` gives the distinct key phrases of each of some texts; `vectors[i]` is the vector of `texts[i]`.
        """
        vectors = of_text(vectors)
        groups = [np.flatnonzero(labels == label) for label in range(labels.max(initial=-1) + 1)]
        centres = [unit(vectors[group].mean(axis=0)) for group in groups]
        nearness = [vectors[group] @ centre for group, centre in zip(groups, centres, strict=True)]
        central = [
            group[np.argsort(-near, kind="stable")[: self.most_read]]
            for group, near in zip(groups, nearness, strict=True)
        ]
        asked = [index for group in central for index in sorted(group)]
        phrases = dict(zip(asked, read([texts[index] for index in asked]), strict=True))
        ranked = [self.typical(counts, total) for counts, total in typical_counts(phrases, map(sorted, central))]
        known = vectors_of({phrase for scores in ranked for phrase in scores}, encode)
        taken: set[str] = set()
        return [
            self.name(group, centre, near, scores, known, texts, taken)
            for group, centre, near, scores in zip(central, centres, nearness, ranked, strict=True)
        ]

    def typical(self, counts: Counter, total: Counter) -> dict[str, float]:
        """The candidates of one group: phrase to c-TF-IDF, where the count is of texts that hold the phrase."""
        mean = sum(counts.values())
        shared = {phrase: count for phrase, count in counts.items() if count > 1} or counts
        scores = {phrase: count * np.log1p(mean / total[phrase]) for phrase, count in shared.items()}
        return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0]))[: self.candidates])

    def name(self, central, centre, near, scores, known, texts, taken) -> Naming:
        quote = int(min(central[: self.central_quotes], key=lambda index: (len(texts[index]), index)))
        chosen = self.choose(centre, scores, known)
        said = [texts[index] for index in sorted(central)]
        chosen = [" ".join(as_written(word, said) for word in phrase.split()) for phrase in chosen]
        return Naming(self.unique(chosen, taken), tuple(chosen), quote, float(near.mean()))

    def choose(self, centre: np.ndarray, scores: dict[str, float], known: dict[str, np.ndarray]) -> list[str]:
        left = {
            phrase: score * max(float(known[phrase] @ centre), 0.0) * len(phrase.split()) ** self.length_power
            for phrase, score in scores.items()
        }
        best = max(left.values(), default=0) or 1
        chosen: list[str] = []
        while left and len(chosen) < self.phrases:
            worth = {
                phrase: (1 - self.variety) * score / best
                - self.variety * max((float(known[phrase] @ known[other]) for other in chosen), default=0)
                for phrase, score in left.items()
            }
            phrase = max(worth, key=worth.get)
            chosen.append(phrase)
            words = set(phrase.split())
            left = {other: score for other, score in left.items() if not words & set(other.split())}
        return chosen

    def unique(self, chosen: list[str], taken: set[str]) -> str:
        """Sentence case of the first phrases; one more phrase, then a number, where the name is taken."""
        for count in range(self.in_name, len(chosen) + 1):
            name = sentence_case(", ".join(chosen[:count]))
            if name.lower() not in taken:
                break
        else:
            base = sentence_case(", ".join(chosen)) or "Unnamed"
            name, number = base, 2
            while name.lower() in taken:
                name, number = f"{base} {number}", number + 1
        taken.add(name.lower())
        return name


def typical_counts(phrases, groups):
    """For each group how many of its texts hold a phrase, and the same over all groups."""
    counts = [Counter(phrase for index in group for phrase in phrases[index]) for group in groups]
    total: Counter = Counter()
    for count in counts:
        total.update(count)
    return [(count, total) for count in counts]


def vectors_of(phrases: set[str], encode: Encode) -> dict[str, np.ndarray]:
    ordered = sorted(phrases)
    return dict(zip(ordered, of_text(encode(ordered)), strict=True))


def as_written(word: str, texts: Sequence[str]) -> str:
    """A lower-case word with the capitals it mostly has in these texts, so that SAP and Monday stay what they are.

    A capital at the start of a text, and a text wholly in capitals, say nothing about that.
    """
    form = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
    matches = (match for text in texts if not text.isupper() for match in form.finditer(text))
    found = Counter(match.group() for match in matches if match.start() > 0 or not match.group().istitle())
    return max(sorted(found), key=found.get, default=word)


def sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
