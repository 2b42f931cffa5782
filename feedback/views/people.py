from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from feedback.actions import people as actions
from feedback.digest_mail import choice_of
from feedback.forms.digests import DigestForm
from feedback.forms.people import CompanyForm, FirstAdminForm, ProfileForm, ThemeForm
from feedback.invitation_mail import mail_works
from feedback.models import FirstRun, Team
from feedback.toasts import toast
from feedback.views.signing_in import slows_guessing


@slows_guessing
def profile(request):
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        toast(request, "Profile saved.")
        return redirect("feedback:profile")
    return profile_page(request, form=form, status=422 if form.is_bound else 200)


@require_POST
def profile_theme(request):
    form = ThemeForm(request.POST, instance=request.user)
    if not form.is_valid():
        return profile_page(request, theme_form=form, status=422)
    form.save()
    return redirect("feedback:profile")


def profile_page(request, *, status=200, **forms):
    """The page of a person's own settings, with the form that was sent in place of a fresh one."""
    user = request.user
    context = {
        "form": ProfileForm(instance=user),
        "theme_form": ThemeForm(instance=user),
        "digest_form": DigestForm(instance=choice_of(user)),
        "managed": Team.objects.filter(manager=user),
        "mail_works": mail_works(),
        **forms,
    }
    return render(request, "feedback/people/profile.html", context, status=status)


@login_not_required
@never_cache
def first_run(request, token):
    """The one-time link printed at the first start: makes the company and its first admin."""
    if not FirstRun.objects.filter(token_hash=actions.token_hash(token), used_at=None).exists():
        raise Http404
    company_form, admin_form = CompanyForm(request.POST or None), FirstAdminForm(request.POST or None)
    if request.method == "POST" and all([company_form.is_valid(), admin_form.is_valid()]):
        answers = admin_form.cleaned_data
        user = actions.set_up_portal(
            token=token,
            company=company_form.save(commit=False),
            name=answers["admin_name"],
            email=answers["email"],
            password=answers["password"],
        )
        if user is None:
            raise Http404
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        toast(request, "Your portal is ready. Bring your deals in next.")
        return redirect("feedback:import_create")
    context = {"company_form": company_form, "admin_form": admin_form}
    return render(request, "feedback/people/first_run.html", context, status=422 if company_form.is_bound else 200)
