from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password

from feedback.models import Company, User
from feedback.models.people import time_zone_choices


class TimeZoneField(forms.ChoiceField):
    def __init__(self, **kwargs):
        super().__init__(choices=time_zone_choices, **kwargs)


class SignInForm(AuthenticationForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "E-mail address"
        self.fields["username"].help_text = "Or the user name you were given."


class ProfileForm(forms.ModelForm):
    time_zone = TimeZoneField(label="Time zone")

    class Meta:
        model = User
        fields = ["name", "email", "time_zone"]


class ThemeForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["theme"]


class CompanyForm(forms.ModelForm):
    time_zone = TimeZoneField(label="Time zone", initial="Europe/London")

    class Meta:
        model = Company
        fields = ["name", "currency", "time_zone"]
        labels = {"name": "Company"}

    def clean_currency(self):
        code = self.cleaned_data["currency"].upper()
        if len(code) != 3 or not code.isascii() or not code.isalpha():
            raise forms.ValidationError("Give the three letters of the currency, like EUR.")
        return code


class FirstAdminForm(forms.Form):
    """The first person of a new portal; asked together with `CompanyForm`."""

    admin_name = forms.CharField(label="Your name", max_length=150)
    email = forms.EmailField(label="Your e-mail address", help_text="You sign in with it.")
    password = forms.CharField(
        label="Choose a password", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean_password(self):
        password = self.cleaned_data["password"]
        email = self.cleaned_data.get("email", "")
        validate_password(password, User(username=email, email=email, name=self.cleaned_data.get("admin_name", "")))
        return password
