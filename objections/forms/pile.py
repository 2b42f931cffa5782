from django import forms

from feedback.forms.fields import CodedField
from feedback.models import Category
from objections.forms.fields import GuessesField, NumbersField, ThemesField
from objections.forms.themes import ThemeChoice, categories, free_name


class SortForm(forms.Form):
    """`offered` was shown for the theme, `objections` of it were left checked; `guesses` are the themes guessed."""

    objections = NumbersField()
    theme = ThemeChoice(label="Theme")
    offered = NumbersField(required=False)
    guesses = ThemesField(required=False)


class RefuseForm(forms.Form):
    offered = NumbersField()
    theme = ThemeChoice()


class NewThemeForm(forms.Form):
    name = forms.CharField(label="Name", max_length=120, help_text="In words a rep would say.")
    category = CodedField(label="Category", queryset=Category.objects.none(), empty_label="Choose a category")
    objections = NumbersField()
    guesses = ThemesField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="new-%s", **kwargs)
        self.fields["category"].queryset = categories()

    def clean_name(self):
        return free_name(self.cleaned_data["name"])


class SkipForm(forms.Form):
    objections = NumbersField()


class BulkForm(forms.Form):
    objections = NumbersField()
    theme = ThemeChoice(label="Place the chosen in")
    guesses = GuessesField(required=False)
