from feedback.forms.fields import DayField
from feedback.forms.meetings import HoldingForm
from feedback.models import Series
from feedback.models.series import Unit


class SeriesForm(HoldingForm):
    class Meta:
        model = Series
        fields = [
            "name",
            "every",
            "unit",
            "starts_on",
            "business_day",
            "held_at",
            "minutes",
            "place",
            "facilitator",
            "attendees",
            "is_on",
        ]
        labels = {
            "every": "A meeting every",
            "unit": "Months or weeks",
            "starts_on": "The first looks back from",
            "business_day": "Held on business day",
            "is_on": "Make the next meetings by itself",
        }
        help_texts = {
            "name": "What people call it, such as “Monthly review”.",
            "starts_on": "The first day it looks at. The following ones begin where the one before ends.",
            "business_day": "1 is the first business day after the days it looks at, weekends and holidays left out.",
            "is_on": "Two weeks before a meeting is held it is here to prepare, and its invitations go out.",
        }
        field_classes = {"starts_on": DayField}

    def clean(self):
        data = super().clean()
        starts_on = data.get("starts_on")
        if starts_on and data.get("unit") == Unit.MONTHS and starts_on.day > 28:
            self.add_error("starts_on", "Not every month has this day. Give one from the 1st to the 28th.")
        return data
