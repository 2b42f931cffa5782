"""In which script a text is written; told while someone types, so without spaCy."""

import unicodedata


def is_foreign_script(text: str) -> bool:
    """Whether more than half of its letters are not Latin."""
    letters = [letter for letter in text if letter.isalpha()]
    return sum(not unicodedata.name(letter, "").startswith("LATIN") for letter in letters) > len(letters) / 2
