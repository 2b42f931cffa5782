"""Where the names of themes stand on the map: at their middles, none over another.

A name takes as much room on a phone as on a desk and the map does not, so each width has names of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass

LETTER = 6.9  # width of a letter of a name in px, on average
LINE = 17  # px from one line of names to the next
LONGEST = 30  # letters
EDGE = 4  # px that stay free
MOVES = (0, -1, 1, -2, 2)  # lines up or down, where another name stands in the way


@dataclass(frozen=True)
class Width:
    """A width of the map in px, its height then, and how many names it bears."""

    key: str
    width: int
    height: int
    most: int


WIDTHS = (Width("narrow", 276, 384, 6), Width("medium", 460, 400, 9), Width("wide", 860, 540, 16))


@dataclass(frozen=True)
class Name:
    """A name as it fits, and where its middle stands, in % of the map."""

    label: str
    colour: int
    x: float
    y: float


def names(middles: Iterable[tuple[str, int, float, float]]) -> list[tuple[str, list[Name]]]:
    """(key of the width, its names) for (name, colour, x, y) in % of the map, the most important first."""
    middles = list(middles)
    return [(width.key, _fitting(width, middles)) for width in WIDTHS]


def _fitting(width: Width, middles) -> list[Name]:
    found, boxes = [], []
    for name, colour, x, y in middles:
        if len(found) == width.most:
            break
        text = name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"
        half = len(text) * LETTER / 2
        middle = min(max(x * width.width / 100, half + EDGE), width.width - half - EDGE)
        for move in MOVES:
            line = y * width.height / 100 + move * LINE
            box = (middle - half, line - LINE / 2, middle + half, line + LINE / 2)
            if box[1] >= EDGE and box[3] <= width.height - EDGE and not any(_meet(box, other) for other in boxes):
                boxes.append(box)
                found.append(Name(text, colour, middle / width.width * 100, line / width.height * 100))
                break
    return found


def _meet(one, other) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
