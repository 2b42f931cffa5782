from django import forms

from feedback.throttle import is_password_of


class CodeForm(forms.Form):
    """A code of the app or a recovery code; whether it is right is asked by the view, which counts the tries."""

    code = forms.CharField(
        label="Code",
        max_length=20,
        help_text="The six digits your app shows now, or one of your recovery codes.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )


class SetUpForm(forms.Form):
    """Asks for the password too, where there is one: an unattended screen must not be enough to lock its owner out."""

    password = forms.CharField(
        label="Your password", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    code = forms.CharField(
        label="The code your app shows now",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        if not user.has_usable_password():
            del self.fields["password"]

    def clean_password(self):
        if not is_password_of(self.user, self.cleaned_data["password"]):
            raise forms.ValidationError("This is not your password.")
        return self.cleaned_data["password"]
