"""What two people write in one place: what one saw when they began, what they typed, and what stands there now."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from os.path import commonprefix

from django.db.models import Field, Model
from django.forms import CharField, Form, ValidationError
from django.utils.formats import date_format

from feedback.models import User

SENTENCES = re.compile(r"(?:.*(?:\w{3}[.!?]\s+|\n))?", re.DOTALL)  # what of a text is whole sentences or lines


class WrittenMeanwhile(Exception):
    """Somebody else changed the same words since they were read. `standing` is the row as it is now, `fields` those of
    it that cross."""

    def __init__(self, standing: Model, fields: list[str], *, by: User | None, at: datetime | None):
        super().__init__(f"{standing._meta.verbose_name} {standing.pk} was changed meanwhile")
        self.standing, self.fields, self.by, self.at = standing, fields, by, at


@dataclass(frozen=True)
class Crossing:
    """One field that crosses, with what the other person left in it, in words. Texts can be kept both."""

    name: str
    label: str
    theirs: str
    is_text: bool


def seen(text: str) -> str:
    """Names a text, so that who saves it later can say what they had read; line ends are all alike."""
    return hashlib.sha256(_lines(text).encode()).hexdigest()[:16]


def is_same(one, other) -> bool:
    """Whether two values of a field say the same; browsers send other line ends than were written."""
    return _lines(one) == _lines(other) if isinstance(one, str) and isinstance(other, str) else one == other


def read_before(form: Form) -> dict:
    """Field → the value that stood there when the form was opened, of those fields that say so.

    They are the form's hidden initial values; an unreadable one is no answer.
    """
    found = {}
    for name, field in form.fields.items():
        sent = form[name].html_initial_name
        if field.show_hidden_initial and sent in form.data:
            try:
                found[name] = field.to_python(field.hidden_widget().value_from_datadict(form.data, form.files, sent))
            except ValidationError:
                continue
    return found


def crossed(row: Model, standing: Model, fields: list[str], before: Mapping) -> list[str]:
    """Which of the fields somebody else changed since `before`, to something else than is to be saved."""
    return [
        name
        for name in fields
        if name in before
        and not is_same(getattr(standing, name), before[name])
        and not is_same(getattr(standing, name), getattr(row, name))
    ]


def crossings(form: Form, found: WrittenMeanwhile) -> list[Crossing]:
    return [_crossing(form, name, found.standing) for name in found.fields]


def _crossing(form: Form, name: str, standing: Model) -> Crossing:
    column: Field = standing._meta.get_field(name)
    value = getattr(standing, name)
    is_text = isinstance(form.fields[name], CharField)
    return Crossing(name, str(form.fields[name].label or column.verbose_name), _words(column, value), is_text)


def _words(column: Field, value) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if hasattr(value, "year"):
        return date_format(value, "j M Y")
    return str(dict(column.flatchoices).get(value, value) if value is not None else "")


def both(theirs: str, mine: str) -> str:
    """Two texts one after the other: a short one in the same line, a long one in a paragraph of its own. Sentences that
    both begin with stand there once."""
    shorter, longer = sorted((theirs, mine), key=len)
    if longer.startswith(shorter) and not longer[len(shorter) :][:1].isalnum():
        return longer
    mine = mine[len(SENTENCES.match(commonprefix([theirs, mine])).group()) :]
    return f"{theirs.rstrip()}\n\n{mine.lstrip()}" if "\n" in theirs + mine else f"{theirs.rstrip()} / {mine.lstrip()}"


def _lines(text: str) -> str:
    return "\n".join(text.splitlines()).strip()
