"""A company's own words for columns, stages and dates, given as a small TOML file."""

import tomllib
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from feedback.importing.kinds import ALIASES
from feedback.models.opportunities import Outcome

EXAMPLE = """\
# when 03/04/2026 could be read both ways
date_format = "%d/%m/%Y"
# when 1.234 could be read both ways
decimal = ","

# field = the header in your file
[columns]
external_id = "Opp Id"
closed_on = "Signed or lost on"

# your stages by how they end
[outcomes]
won = ["Signed"]
lost = ["Closed Lost", "Gone quiet"]
open = ["Scoping"]
"""


class BadMap(ValueError):
    """The map cannot be used; the message says what to change in it."""


@dataclass(frozen=True)
class ColumnMap:
    columns: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, list[str]] = field(default_factory=dict)
    date_format: str = ""
    decimal: str = ""

    def as_json(self) -> dict:
        return {key: value for key, value in asdict(self).items() if value}


def read_map(data: bytes) -> ColumnMap:
    """The map in a TOML file. Raises BadMap for anything it does not know, so that no typing error goes unseen."""
    try:
        content = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadMap(f"The map is not a TOML file: {error}") from error
    _known(content, {"columns", "outcomes", "date_format", "decimal"}, "setting")
    read = ColumnMap(
        _table(content, "columns", ALIASES, str),
        _table(content, "outcomes", Outcome.values, list),
        content.get("date_format", ""),
        content.get("decimal", ""),
    )
    if any(not isinstance(stage, str) for stages in read.outcomes.values() for stage in stages):
        raise BadMap("In the map, every stage under [outcomes] is a text in quotes.")
    _check_formats(read)
    return read


def _table(content, name, known, kind):
    table = content.get(name, {})
    if not isinstance(table, dict):
        raise BadMap(f"In the map, write [{name}] on a line of its own and the names below it.")
    _known(table, known, f"name under [{name}]")
    if any(not isinstance(value, kind) or not value for value in table.values()):
        wanted = "a header in quotes" if kind is str else "a list of stages"
        raise BadMap(f"In the map, every name under [{name}] is given {wanted}.")
    return table


def _known(given, known, what):
    strange = sorted(set(given) - set(known))
    if strange:
        raise BadMap(f"The map has an unknown {what}: {strange[0]}. Known are: {', '.join(sorted(known))}.")


def _check_formats(read):
    if read.decimal not in ("", ",", "."):
        raise BadMap('In the map, decimal is "," or ".".')
    if read.date_format == "":
        return
    day = date(2026, 4, 3)
    try:
        same = datetime.strptime(day.strftime(read.date_format), read.date_format).date() == day
    except (ValueError, TypeError):
        same = False
    if not same:
        raise BadMap('In the map, date_format names day, month and year, like "%d/%m/%Y".')
