from django import forms

from feedback.forms.fields import CodedField, RowsField
from feedback.models import Category, Taxonomy
from objections.forms.fields import ThemesField
from objections.models import Objection, Theme

MOST_VOICES = 200  # offered for a split at once, newest first


class ThemeForm(forms.ModelForm):
    class Meta:
        model = Theme
        fields = ["name", "definition", "category", "owner"]
        field_classes = {"category": CodedField}
        widgets = {"definition": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "name": "In words a rep would say.",
            "definition": "What belongs here, and what does not.",
            "owner": "Who can do something about it. Not everything is marketing's to answer.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = categories(self.instance.category_id)
        if self.instance.pk:
            del self.fields["owner"]  # it is routed, with a reason

    def clean_name(self):
        return free_name(self.cleaned_data["name"], besides=self.instance)


class ThemeChoice(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        themes = Theme.objects.active().select_related("category").order_by("category__position", "name")
        super().__init__(queryset=themes, empty_label="Choose a theme", **kwargs)

    def label_from_instance(self, theme):
        return f"{theme.category} · {theme.name}"


class MergeForm(forms.Form):
    into = ThemeChoice(label="Merge it into")

    def __init__(self, *args, theme, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = self.fields["into"].queryset.exclude(pk=theme.pk)


class PlaceForm(forms.Form):
    """`guesses` are the themes that were suggested with it, likeliest first."""

    theme = ThemeChoice(label="Theme")
    guesses = ThemesField(required=False)


class VoicesField(RowsField):
    widget = forms.CheckboxSelectMultiple


class SplitForm(forms.Form):
    name = forms.CharField(label="Name of the new theme", max_length=120)
    objections = VoicesField(
        label="What moves into it",
        queryset=Objection.objects.none(),
        error_messages={"required": "Choose at least one objection."},
    )

    def __init__(self, *args, theme, user, **kwargs):
        super().__init__(*args, **kwargs)
        voices = Objection.objects.live().in_theme(theme).exclude(text="")
        self.fields["objections"].queryset = voices
        self.fields["objections"].choices = [
            (voice.pk, voice.words_for(user)) for voice in voices.select_related(None)[:MOST_VOICES]
        ]

    def clean_name(self):
        return free_name(self.cleaned_data["name"])


def categories(besides=None):
    """Those in use now, and the one a theme has already."""
    taxonomy = Taxonomy.objects.current()
    return taxonomy.categories.in_use() | Category.objects.filter(pk=besides)


def category_choices():
    return [(category.pk, category.label) for category in categories()]


def free_name(name, besides=None):
    """The name, or a ValidationError while another active theme bears it."""
    others = Theme.objects.active().filter(name__iexact=name)
    if besides and besides.pk:
        others = others.exclude(pk=besides.pk)
    if others.exists():
        raise forms.ValidationError("Another theme has this name. Choose another, or merge the two.")
    return name
