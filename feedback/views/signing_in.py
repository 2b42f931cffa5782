"""Signing in, and passwords. Django's views, answering 422 to bad input like every form here."""

from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator

from feedback.actions.sessions import end_sessions
from feedback.forms.people import NewPasswordForm, SignInForm
from feedback.models import Tries
from feedback.password_reset import HOUR, LIMIT_OF_ADDRESS, ResetForm
from feedback.second_factor import ASKED, STATE
from feedback.throttle import TriedTooOften, forget_wrong_passwords, locked_until


def slows_guessing(view):
    """For a page that asks for the person's password again: after too many wrong ones it says until when."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except TriedTooOften as tried:
            return too_many(request, tried.until)

    return guarded


class AnswersInvalid:
    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


@method_decorator(login_not_required, name="dispatch")
class SignIn(AnswersInvalid, auth.LoginView):
    authentication_form = SignInForm
    redirect_authenticated_user = True
    extra_context = {"company_sign_in": lambda: settings.OIDC_ISSUER_URL and settings.OIDC_NAME}

    def dispatch(self, request, *args, **kwargs):
        if request.method == "GET" and request.awaiting:
            return self._ask_for_code()
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        answer = super().form_valid(form)
        return self._ask_for_code() if self.request.session[STATE] == ASKED else answer

    def _ask_for_code(self):
        wanted = self.get_redirect_url()
        query = "?" + urlencode({"next": wanted}) if wanted else ""
        return redirect(reverse("second_factor") + query)


@method_decorator(slows_guessing, name="dispatch")
class PasswordChange(AnswersInvalid, auth.PasswordChangeView):
    form_class = NewPasswordForm

    def form_valid(self, form):
        answer = super().form_valid(form)
        end_sessions(user=self.request.user, but=self.request.session.session_key)
        return answer


class PasswordReset(AnswersInvalid, auth.PasswordResetView):
    form_class = ResetForm

    def form_valid(self, form):
        address = self.request.META.get("REMOTE_ADDR", "")
        until = Tries.objects.spend("reset from", who=address, limit=LIMIT_OF_ADDRESS, per=HOUR)
        if until:
            return too_many(self.request, until)
        return super().form_valid(form)


class PasswordResetConfirm(AnswersInvalid, auth.PasswordResetConfirmView):
    def form_valid(self, form):
        answer = super().form_valid(form)
        end_sessions(user=self.user)
        forget_wrong_passwords(self.user)
        return answer


def too_many(request, until):
    """The page for whoever has tried too often, with the moment from which they may try again."""
    wait = max(1, int((until - timezone.now()).total_seconds()))
    page = render(request, "registration/locked_out.html", {"until": until, "minutes": -(-wait // 60)}, status=429)
    page.headers["Retry-After"] = str(wait)
    return page


def locked_out(request, response, credentials):
    """What axes shows instead of the sign-in page."""
    return too_many(request, locked_until(request, credentials))
