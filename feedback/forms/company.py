"""What a company settles for itself: holidays, service levels, segments."""

import re
from datetime import date, datetime

from django import forms

from feedback.forms.fields import EARLIEST, LATEST
from feedback.models import Company, Segment

MOST_LINES = 500
WRITTEN = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y")
LINE = re.compile(r"(?P<day>\d[\d./-]{5,9}\d)[\s,;]*(?P<name>.*)")


class HolidaysForm(forms.Form):
    """Several days at once, one a line."""

    days = forms.CharField(
        label="Add days",
        widget=forms.Textarea(attrs={"rows": 5, "placeholder": "2026-12-25 Christmas Day"}),
        max_length=100_000,
        help_text="One a line: the day as 2026-12-25, 25.12.2026 or 25/12/2026, then its name.",
    )

    def clean_days(self) -> list[tuple[date, str]]:
        lines = [line.strip() for line in self.cleaned_data["days"].splitlines()]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(f"These are {len(lines):,} lines. Give at most {MOST_LINES} at once.")
        read = [(number, line, _holiday(line)) for number, line in enumerate(lines, 1) if line]
        wrong = [f"Line {number}, “{line[:60]}”, does not begin with a day." for number, line, day in read if not day]
        if wrong:
            raise forms.ValidationError(wrong[:10])
        return [day for _, _, day in read]


def _holiday(line):
    found = LINE.fullmatch(line)
    day = found and next(filter(None, (_day(found["day"], form) for form in WRITTEN)), None)
    return (day, found["name"].strip()[:120] or "Holiday") if day and EARLIEST <= day <= LATEST else None


def _day(text, written):
    try:
        return datetime.strptime(text, written).date()  # noqa: DTZ007  a day has no zone
    except ValueError:
        return None


class ServiceLevelsForm(forms.ModelForm):
    """How many business days each thing may take."""

    class Meta:
        model = Company
        fields = ["review_days", "triage_days", "small_days", "standard_days", "set_days"]


class SegmentForm(forms.ModelForm):
    class Meta:
        model = Segment
        fields = ["dimension", "value"]
        labels = {"dimension": "Kind", "value": "Name"}

    def clean(self):
        data = super().clean()
        dimension, value = data.get("dimension"), data.get("value", "")
        others = Segment.objects.filter(dimension=dimension, value__iexact=value).exclude(pk=self.instance.pk)
        if dimension and others.exists():
            self.add_error("value", "There is such a segment already. To join two, merge one into the other.")
        return data


class SegmentRenameForm(SegmentForm):
    """A segment stays of its kind."""

    class Meta(SegmentForm.Meta):
        fields = ["value"]

    def clean(self):
        self.cleaned_data["dimension"] = self.instance.dimension
        return super().clean()


class SegmentMergeForm(forms.Form):
    into = forms.ModelChoiceField(label="Into", queryset=Segment.objects.none(), empty_label="Choose a segment")

    def __init__(self, *args, segment, **kwargs):
        super().__init__(*args, **kwargs)
        others = Segment.objects.filter(dimension=segment.dimension).exclude(pk=segment.pk)
        self.fields["into"].queryset = others
