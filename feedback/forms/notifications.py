from django import forms

from feedback.actions.notifications import EVERYWHERE, choices_of
from feedback.notification_kinds import kinds_for


class NotificationsForm(forms.Form):
    """A box for each kind and channel; what is told always has boxes that are ticked and stay so."""

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.kinds, chosen = kinds_for(person), choices_of(person)
        for kind in self.kinds:
            wanted = EVERYWHERE if kind.always else chosen.get(kind.key, EVERYWHERE)
            for name, where, is_wanted in zip(_names(kind), ("in the portal", "by digest"), wanted, strict=True):
                self.fields[name] = forms.BooleanField(
                    label=f"{kind.title}: {where}", required=False, initial=is_wanted, disabled=bool(kind.always)
                )

    @property
    def rows(self):
        """(kind, box for the portal, box for the digest)."""
        return [(kind, *(self[name] for name in _names(kind))) for kind in self.kinds]

    @property
    def wanted(self):
        return {kind.key: tuple(self.cleaned_data[name] for name in _names(kind)) for kind in self.kinds}


def _names(kind):
    return f"{kind.key}-portal", f"{kind.key}-digest"
