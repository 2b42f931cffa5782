"""How names from different systems are matched: without regard to case, spaces and Unicode form, and no looser."""

import unicodedata


def match_key(name: str) -> str:
    """`GTXPro` and `GTX Pro` give the same key; `GTX Plus Pro` does not."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
