from django import forms

from objections.models import Pin, Routing, RoutingNote, Theme
from objections.models.content import RoutedTo


class PinForm(forms.ModelForm):
    class Meta:
        model = Pin
        fields = ["reason"]
        labels = {"reason": "Why does it come first?"}
        help_texts = {"reason": "Everybody who looks at triage reads it."}


class RoutingForm(forms.ModelForm):
    to = forms.ChoiceField(
        label="Whose is it?", choices=RoutedTo, widget=forms.RadioSelect(attrs={"class": "chips"}), required=True
    )

    class Meta:
        model = Routing
        fields = ["to", "why"]
        labels = {"why": "Why is it theirs?"}
        help_texts = {"why": "Told to whoever asked for content about it, and kept with the theme."}
        widgets = {"why": forms.Textarea(attrs={"rows": 2})}


class ThemeRoutingForm(RoutingForm):
    """The same where the theme is still to be chosen."""

    theme = forms.ModelChoiceField(
        label="Which theme?", queryset=Theme.objects.active().order_by("name"), empty_label="Choose a theme"
    )
    field_order = ["theme", "to", "why"]


class RoutingNoteForm(forms.ModelForm):
    class Meta:
        model = RoutingNote
        fields = ["text"]
        labels = {"text": "What came of it?"}
        help_texts = {"text": "In a sentence. The newest one says how it stands."}
