"""What an import has to say: refused rows one by one, remarks that hold for many rows once with their number."""

from feedback.models import Import, ImportRemark
from feedback.models.imports import Level

LONGEST = {"file": 200, "column": 120, "text": 400}


def shown(text: str, most: int = 60) -> str:
    """A cell's text as remarks quote it: short, on one line, in quotes."""
    text = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return f"“{text[: most - 1]}…”" if len(text) > most else f"“{text}”"


class Remarks:
    def __init__(self):
        self.refused = 0
        self._rows: dict[tuple, ImportRemark] = {}

    def refuse(self, file: str, line: int | None, column: str, text: str) -> None:
        """One row, or with no line a whole file, that is not taken."""
        self.refused += 1
        self._add((file, line, self.refused), Level.REFUSED, file, line, column, text)

    def note(self, file: str, line: int | None, column: str, text: str) -> None:
        """Something done with the row that its reader should know; told once for all rows alike."""
        self._add((Level.NOTED, file, column, text), Level.NOTED, file, line, column, text)

    def suggest(self, file: str, line: int | None, column: str, text: str) -> None:
        """Something left as it is that may be a mistake; told once for all rows alike."""
        self._add((Level.SUGGESTED, file, column, text), Level.SUGGESTED, file, line, column, text)

    def all(self, parent: Import | None = None) -> list[ImportRemark]:
        """Unsaved rows: refused in the order of the files, then the others, the most frequent first."""
        for remark in self._rows.values():
            remark.parent = parent
        return sorted(self._rows.values(), key=lambda r: (r.level != Level.REFUSED, _order(r)))

    def _add(self, key, level, file, line, column, text):
        if key in self._rows:
            self._rows[key].rows += 1
            return
        texts = {"file": file, "column": column, "text": text}
        fitted = {name: _fitting(value, LONGEST[name]) for name, value in texts.items()}
        self._rows[key] = ImportRemark(level=level, line=line, **fitted)


def _order(remark):
    if remark.level == Level.REFUSED:
        return remark.file, remark.line or 0
    return "", -remark.rows


def _fitting(text, most):
    """No longer than the column, and nothing a database refuses to store."""
    text = text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
    return text if len(text) <= most else text[: most - 1] + "…"
