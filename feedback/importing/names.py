"""Names in an export and the rows they stand for: matched without regard to case and spaces, and no looser."""

import difflib

from feedback.importing.reading import Row
from feedback.importing.remarks import Remarks, shown
from feedback.names import match_key

CLOSE = 0.8  # of 1; by difflib's ratio of equal letters
MOST_SUGGESTIONS = 100  # each looks through every known name


class Close:
    """Suggests known names that an unknown one may have been meant for."""

    def __init__(self, names):
        self.names = {name.casefold(): name for name in names}
        self.left = MOST_SUGGESTIONS

    def to(self, name: str) -> str | None:
        if self.left == 0 or not self.names:
            return None
        self.left -= 1
        found = difflib.get_close_matches(name.casefold(), self.names, n=1, cutoff=CLOSE)
        return self.names[found[0]] if found else None


class Names:
    """The rows of one model by their names, in memory; unknown names become new unsaved rows, in `made`."""

    def __init__(self, model, remarks: Remarks):
        self.model, self.remarks = model, remarks
        self.noun = model._meta.verbose_name
        self.by_key = {row.key: row for row in model.objects.all()}
        self.made = []
        self._close = None
        self._said_of = {}

    def listed(self, name: str):
        """The row a file of such rows speaks of: (row, made)."""
        key = match_key(name)
        if key in self.by_key:
            return self.by_key[key], False
        return self._make(name, key), True

    def met(self, name: str, row: Row, field: str):
        """The row a deal names, with a remark where it is matched with other spelling, or new."""
        key = match_key(name)
        known = self.by_key.get(key)
        if known is None:
            known = self._make(name, key)
            self._said_of[key] = self._word_on_new(name)
        if key in self._said_of:
            remark, text = self._said_of[key]
            remark(row.file, row.line, row.header(field), text)
        elif known.name != name:
            text = f"{shown(name)} read as the {self.noun} {shown(known.name)}: the same but for case and spaces."
            self.remarks.note(row.file, row.line, row.header(field), text)
        return known

    def _make(self, name, key):
        row = self.model(name=name, key=key)
        self.by_key[key] = row
        self.made.append(row)
        return row

    def _word_on_new(self, name):
        """Called after the first unknown name was added: what was known before is what it may have been meant for."""
        if self._close is None:
            self._close = Close(row.name for row in self.by_key.values() if row.name != name)
        close = self._close.to(name)
        if close:
            text = f"{shown(name)} is a new {self.noun}. Did you mean {shown(close)}? Then correct it and import again."
            return self.remarks.suggest, text
        return self.remarks.note, f"A {self.noun} unknown so far: made from the deal's words."
