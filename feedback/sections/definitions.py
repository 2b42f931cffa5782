import json

from feedback.meetings import definitions_behind, sections_of
from feedback.metrics import Period
from feedback.models import Definition, Meeting

MINUTES = 1


def collect(period: Period, meeting: Meeting) -> dict:
    """The definitions that the figures of this meeting follow, those that changed since the last one first.

    Changed is what stood in the pack of the meeting before with another version, or not at all; where there was no
    meeting before, nothing has.
    """
    before = _versions_before(meeting)
    followed = [_row(each, before) for each in definitions_behind(sections_of(meeting))]
    return {
        "definitions": sorted(followed, key=lambda row: row["change"] == ""),
        "changed": sum(row["change"] != "" for row in followed),
        "compared": before is not None,
    }


def _versions_before(meeting: Meeting) -> dict[str, int] | None:
    last = meeting.closed_before()
    return json.loads(last.pack.content)["basis"]["definitions"] if last else None


def _row(definition: Definition, before: dict[str, int] | None) -> dict:
    known = definition.version if before is None else before.get(definition.slug)
    return {
        "slug": definition.slug,
        "title": definition.title,
        "version": definition.version,
        "since": definition.since,
        "formula": definition.formula,
        "change": "" if known == definition.version else "new" if known is None else "changed",
    }
