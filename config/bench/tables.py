"""Tables as they stand in the README."""

from collections.abc import Callable


def table(say: Callable[[str], None], *heads: str) -> Callable[..., None]:
    """Prints the head of a table; the function returned prints one of its rows."""
    say(f"\n| {' | '.join(heads)} |")
    say("|" + "---|" * len(heads))
    return lambda *cells: say(f"| {' | '.join(map(str, cells))} |")


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"
