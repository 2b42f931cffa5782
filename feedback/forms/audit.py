from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone

from feedback.audit import PORTAL, Asked, sources
from feedback.forms.fields import DayField
from feedback.models import User


def _people():
    people = User.objects.values_list("pk", "name", "username")
    return [("", "Anybody"), (PORTAL, "The portal"), *((pk, name or username) for pk, name, username in people)]


def _kinds():
    return [("", "Anything"), *((source.key, source.label) for source in sources.values())]


def _start_of(day, days_on=0):
    """The first moment of a day in the reader's zone."""
    return day and timezone.make_aware(datetime.combine(day + timedelta(days=days_on), time.min))


class AuditForm(forms.Form):
    """What the audit page is asked for."""

    q = forms.CharField(label="Name of the row", max_length=200, required=False)
    by = forms.ChoiceField(label="Who", choices=_people, required=False)
    kind = forms.ChoiceField(label="What", choices=_kinds, required=False)
    first = DayField(label="From", required=False)
    last = DayField(label="To", required=False)

    def asked(self) -> Asked:
        """As far as the form is right; what is wrong is shown on it and asks for nothing."""
        self.is_valid()
        given = self.cleaned_data
        by = given.get("by", "")
        return Asked(
            by=by if by == PORTAL else int(by) if by else None,
            kind=given.get("kind", ""),
            since=_start_of(given.get("first")),
            until=_start_of(given.get("last"), days_on=1),
            words=given.get("q", ""),
        )
