import hashlib

from django.db import transaction

from feedback.models import User
from objections.actions.moves import locked
from objections.models import ContentRequest


class BriefChanged(ValueError):
    """Somebody else wrote in the brief meanwhile; `brief` is what stands there now, `by` who wrote it, if known."""

    def __init__(self, brief: str, by: User | None):
        super().__init__("The brief was changed while you wrote. Take over what is missing from it, then save.")
        self.brief, self.by = brief, by


def brief_version(brief: str) -> str:
    """Names a wording of the brief, so that who saves can say which one they had seen."""
    return hashlib.sha256(brief.encode("utf-8", "replace")).hexdigest()[:16]


@transaction.atomic
def write_brief(*, request: ContentRequest, brief: str, seen: str, by: User) -> ContentRequest:
    """Saves the brief, whose earlier wordings are kept. Raises `BriefChanged` unless it still is the one `seen`."""
    row = locked(request)
    if row.brief == brief:
        return row
    if brief_version(row.brief) != seen:
        last = row.history.select_related("history_user").first()
        raise BriefChanged(row.brief, last.history_user if last else None)
    row.brief, row._history_user = brief, by
    row.save(update_fields=["brief"])
    request.brief = brief
    return row
