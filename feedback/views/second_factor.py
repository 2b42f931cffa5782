"""Giving a code at sign-in, and setting up the second factor."""

from datetime import timedelta
from urllib.parse import quote

import qrcode
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import clear_totp_secret, get_totp_secret
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from qrcode.image.svg import SvgPathFillImage

from feedback.actions import second_factor as actions
from feedback.actions.sessions import end_sessions
from feedback.addresses import is_path_of_ours
from feedback.forms.second_factor import CodeForm, SetUpForm
from feedback.models import Tries, User
from feedback.permissions import can_administer, require
from feedback.second_factor import NONE, PASSED, STATE, has_second_factor, must_have_one, takes_code
from feedback.throttle import CODE_LIMIT, forget_tries
from feedback.toasts import toast
from feedback.views.signing_in import slows_guessing, too_many

PER = timedelta(minutes=15)


def _tried_too_often(user):
    return Tries.objects.spend("code", who=str(user.pk), limit=CODE_LIMIT, per=PER)


def _takes(form, user):
    """Whether the form's code is right; else the form says so."""
    if takes_code(user, form.cleaned_data["code"]):
        Tries.objects.forget("code", who=str(user.pk))
        return True
    form.add_error("code", "This code does not fit. Codes change every 30 seconds and work once.")
    return False


@login_not_required
@never_cache
@sensitive_post_parameters()
def second_factor(request):
    """The code at sign-in; the person has shown who they are already, and is nobody until it is right."""
    user, form = request.awaiting, CodeForm(request.POST or None)
    if user is None:
        return redirect("login")
    if request.method == "POST" and form.is_valid():
        until = _tried_too_often(user)
        if until:
            return too_many(request, until)
        if _takes(form, user):
            request.session.cycle_key()
            request.session[STATE] = PASSED
            return redirect(_wanted(request))
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "registration/second_factor.html", context, status=422 if form.is_bound else 200)


def _wanted(request):
    to = request.POST.get("next", "")
    return to if is_path_of_ours(to) else resolve_url(settings.LOGIN_REDIRECT_URL)


@never_cache
@sensitive_post_parameters()
@slows_guessing
def second_factor_create(request):
    """Setting it up: a picture for the app, then a code to show that it works; answers with the recovery codes."""
    user = request.user
    if has_second_factor(user):
        return redirect("feedback:security")
    form, secret = SetUpForm(request.POST or None, user=user), get_totp_secret()
    if request.method == "POST":
        until = _tried_too_often(user)
        if until:
            return too_many(request, until)
        if form.is_valid():
            codes = _turn_on(request, form, secret)
            if codes:
                return _show_codes(request, codes)
    url = get_adapter().build_totp_url(user, secret)
    context = {"form": form, "picture": _picture(url), "secret": secret, "url": url, "required": must_have_one(user)}
    page = "feedback/people/second_factor_form.html"
    return render(request, page, context, status=422 if form.is_bound else 200)


def _turn_on(request, form, secret):
    try:
        codes = actions.turn_on_second_factor(user=request.user, secret=secret, code=form.cleaned_data["code"])
    except actions.WrongCode:
        form.add_error("code", "This code does not fit. Look whether your device's clock is right.")
        return None
    clear_totp_secret(request)
    Tries.objects.forget("code", who=str(request.user.pk))
    request.session.cycle_key()
    request.session[STATE] = PASSED
    end_sessions(user=request.user, but=request.session.session_key)
    return codes


def _picture(url):
    """The QR code as an inline SVG on white, whatever the colours of the page."""
    svg = qrcode.make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode")
    return mark_safe(svg.replace("<svg ", '<svg class="qr" role="img" aria-label="QR code" ', 1))  # noqa: S308  ours


def _show_codes(request, codes):
    text = "Recovery codes for Closed Loop, each works once\r\n" + "\r\n".join(codes) + "\r\n"
    context = {"codes": codes, "file": f"data:text/plain;charset=utf-8,{quote(text)}"}
    return render(request, "feedback/people/recovery_codes.html", context)


@never_cache
@sensitive_post_parameters()
def recovery_codes(request):
    """New recovery codes, for a code."""
    return _with_code(request, "Make new recovery codes", lambda: actions.renew_recovery_codes(user=request.user))


@never_cache
@sensitive_post_parameters()
def second_factor_end(request):
    """Turns it off, for a code; not where the company asks for one."""
    require(not must_have_one(request.user))

    def turn_off():
        actions.turn_off_second_factor(user=request.user)
        request.session[STATE] = NONE

    return _with_code(request, "Turn the second factor off", turn_off)


def _with_code(request, title, act):
    form = CodeForm(request.POST or None)
    if not has_second_factor(request.user):
        return redirect("feedback:security")
    if request.method == "POST" and form.is_valid():
        until = _tried_too_often(request.user)
        if until:
            return too_many(request, until)
        if _takes(form, request.user):
            codes = act()
            if codes:
                return _show_codes(request, codes)
            toast(request, "The second factor is off.")
            return redirect("feedback:security")
    context = {"form": form, "title": title}
    page = "feedback/people/second_factor_code.html"
    return render(request, page, context, status=422 if form.is_bound else 200)


@require_POST
def second_factor_reset(request, pk):
    """For an admin: takes the second factor off somebody who lost the device."""
    require(can_administer(request.user))
    person = get_object_or_404(User, pk=pk)
    if actions.reset_second_factor(user=person, by=request.user):
        toast(request, f"{person} signs in without a second factor until they set up a new one.")
    return redirect("feedback:security") if person == request.user else redirect(person.get_page_url())


@require_POST
def person_unlock(request, pk):
    """For an admin: forgets the wrong passwords and codes of somebody who is locked out."""
    require(can_administer(request.user))
    person = get_object_or_404(User, pk=pk)
    forget_tries(person)
    toast(request, f"{person} can try again now.")
    return redirect(person.get_page_url())
