"""When a person gets their digest, and the one click in a mail that ends it."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from feedback.actions.digests import switch_off_digest
from feedback.digest_mail import choice_of, person_of_off
from feedback.forms.digests import DigestForm
from feedback.models import DigestChoice
from feedback.toasts import toast
from feedback.views.people import profile_page


@require_POST
def profile_digest(request):
    form = DigestForm(request.POST, instance=choice_of(request.user))
    if not form.is_valid():
        return profile_page(request, digest_form=form, status=422)
    DigestChoice.objects.update_or_create(person=request.user, defaults=form.cleaned_data)  # pressed twice at once, too
    toast(request, "Digest saved.")
    return redirect("feedback:profile")


@login_not_required
@csrf_exempt  # the mail program that posts here (RFC 8058) has neither cookie nor page; the signed address is enough
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def digest_off(request, token):
    """Opening it only asks, for programs that look at links open them too."""
    person = person_of_off(token)
    if person is None:
        raise Http404
    if request.method == "POST":
        switch_off_digest(person=person)
    return render(request, "feedback/digests/off.html", {"is_on": choice_of(person).is_on and request.method != "POST"})
