"""The exemplars: objections as reps type them, written for this project, over many themes and industries.

`exemplars/themes.csv` says what each theme is, `industries.csv` who sells what and which industries were written by one
hand; every other file holds the notes of one industry. Notes labelled `outlier` are one of a kind: they teach what that
looks like, and show no theme.
"""

import csv
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("exemplars")
OUTLIER = "outlier"  # in place of a theme


@dataclass(frozen=True)
class ExemplarTheme:
    """What a theme of the exemplars is; `category` is a code of the product's list."""

    key: str
    category: str
    name: str
    definition: str


@dataclass(frozen=True)
class Note:
    """One exemplar; `theme` is a key, or OUTLIER; `hand` is who wrote it, for one hand repeats its turns of phrase."""

    text: str
    theme: str
    industry: str
    hand: str


@cache
def themes() -> dict[str, ExemplarTheme]:
    """By key, in the order of the file."""
    return {
        row["theme"]: ExemplarTheme(row["theme"], row["category"], row["name"], row["definition"])
        for row in _rows("themes")
    }


@cache
def notes() -> tuple[Note, ...]:
    """Those that show a theme, by industry and then as they stand in its file."""
    return tuple(note for note in everything() if note.theme != OUTLIER)


@cache
def everything() -> tuple[Note, ...]:
    """Those that are one of a kind, too."""
    hands = {row["industry"]: row["hand"] for row in _rows("industries")}
    return tuple(
        Note(row["text"], row["theme"], industry, hand) for industry, hand in hands.items() for row in _rows(industry)
    )


def digest() -> str:
    """SHA-256 over what a lens is fitted on: texts with their themes, in order."""
    lines = "\n".join(f"{note.theme}\t{note.text}" for note in everything())
    return hashlib.sha256(lines.encode()).hexdigest()


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
