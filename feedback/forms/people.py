from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.password_validation import validate_password

from feedback.models import Company, User
from feedback.models.people import time_zone_choices
from feedback.permissions import can_use_password
from feedback.throttle import is_password_of


class TimeZoneField(forms.ChoiceField):
    def __init__(self, **kwargs):
        super().__init__(choices=time_zone_choices, **kwargs)


class SignInForm(AuthenticationForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "E-mail address"
        self.fields["username"].help_text = "Or the user name you were given."

    def confirm_login_allowed(self, user):
        super().confirm_login_allowed(user)
        if not can_use_password(user):
            raise self.get_invalid_login_error()


class NewPasswordForm(PasswordChangeForm):
    def clean_old_password(self):
        password = self.cleaned_data["old_password"]
        if not is_password_of(self.user, password):
            raise forms.ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return password


class ProfileForm(forms.ModelForm):
    time_zone = TimeZoneField(label="Time zone")

    class Meta:
        model = User
        fields = ["name", "email", "time_zone", "single_keys"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if settings.OIDC_ISSUER_URL:  # whoever could take the address of a colleague to come would share their account
            self.fields["email"].disabled = True
            self.fields["email"].help_text = "Your company's sign-in knows you by it. An admin can change it."
        elif self.instance.has_usable_password():
            self.fields["password"] = forms.CharField(
                label="Your password",
                required=False,
                help_text="To change the e-mail address: a new password can be sent to it.",
                widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
            )
            self.order_fields(["name", "email", "password"])

    def clean(self):
        """An open screen must not be enough to send a new password elsewhere."""
        data = super().clean()
        asked, password = "password" in self.fields and "email" in self.changed_data, data.get("password")
        if asked and not (password and is_password_of(self.instance, password)):
            self.add_error("password", "Give your password to change the e-mail address.")
        return data


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


class CompanyChangeForm(CompanyForm):
    """With what can wait until a meeting is taken away."""

    class Meta(CompanyForm.Meta):
        fields = [*CompanyForm.Meta.fields, "colour"]
        widgets = {"colour": forms.TextInput(attrs={"type": "color"})}


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
