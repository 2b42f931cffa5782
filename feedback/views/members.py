from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from feedback.actions import handover, invitations
from feedback.actions import people as actions
from feedback.belongings import held_by
from feedback.filters import PersonFilter
from feedback.forms.members import AcceptForm, HandoverForm, PersonForm
from feedback.invitation_mail import mail_invitation
from feedback.models import Invitation, User
from feedback.permissions import can_administer, can_read_settings, can_use_password, require
from feedback.second_factor import has_second_factor
from feedback.throttle import is_locked_out
from feedback.toasts import toast

PER_PAGE = 50


@vary_on_headers("HX-Request")
def person_list(request):
    require(can_read_settings(request.user))
    filterset = PersonFilter(request.GET, queryset=User.objects.select_related("team").with_state())
    page = Paginator(filterset.qs, PER_PAGE).get_page(request.GET.get("page"))
    template = "feedback/people/_table.html" if request.htmx else "feedback/people/list.html"
    context = {"filter": filterset, "page": page, "can_administer": can_administer(request.user)}
    return render(request, template, context)


def person_detail(request, pk):
    require(can_read_settings(request.user))
    people = User.objects.select_related("team__manager").prefetch_related("managed_teams").with_state()
    person = get_object_or_404(people, pk=pk)
    context = {
        "person": person,
        "held": held_by(person),
        "invitation": person.invitations.select_related("by").pending().first(),
        "has_second_factor": has_second_factor(person),
        "is_locked_out": is_locked_out(person),
        "audit": urlencode({"kind": "person", "q": person.name}),
        "can_administer": can_administer(request.user),
    }
    return render(request, "feedback/people/detail.html", context)


def person_create(request):
    """Somebody new: the page that answers shows the link, once."""
    require(can_administer(request.user))
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invited = invitations.invite_somebody(person=form.save(commit=False), by=request.user)
            return _invited(request, *invited)
        except actions.PersonRefused as refused:
            form.add_error("email", str(refused))
    return render(request, "feedback/people/form.html", {"form": form}, status=422 if form.is_bound else 200)


def person_edit(request, pk):
    require(can_administer(request.user))
    person = get_object_or_404(User, pk=pk)
    form = PersonForm(request.POST or None, instance=User.objects.get(pk=pk))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_person(person=person, by=request.user, **form.person_fields())
            toast(request, f"{form.cleaned_data['name']} saved.")
            return redirect("feedback:person_detail", pk)
        except actions.PersonRefused as refused:
            form.add_error(None, str(refused))
    context = {"form": form, "person": person}
    return render(request, "feedback/people/form.html", context, status=422 if form.is_bound else 200)


@require_POST
def person_invite(request, pk):
    """A fresh link for somebody who cannot sign in; the page that answers shows it, once."""
    require(can_administer(request.user))
    person = get_object_or_404(User, pk=pk)
    try:
        return _invited(request, *invitations.invite_person(person=person, by=request.user))
    except actions.PersonRefused as refused:
        return _refused(request, person, refused)


@require_POST
def invitation_revoke(request, pk):
    require(can_administer(request.user))
    person = get_object_or_404(Invitation, pk=pk).person
    invitations.revoke_invitations(person=person, by=request.user)
    toast(request, "The link no longer works.")
    return redirect("feedback:person_detail", person.pk)


def person_deactivate(request, pk):
    require(can_administer(request.user))
    person = get_object_or_404(User.objects.select_related("team__manager"), pk=pk)
    if request.method == "POST":
        try:
            actions.deactivate_person(person=person, by=request.user)
        except actions.PersonRefused as refused:
            return _refused(request, person, refused)
        toast(request, f"{person} can sign in no more.", undo=reverse("feedback:person_reactivate", args=[pk]))
        return redirect("feedback:person_detail", pk)
    context = {"person": person, "held": [held for held in held_by(person) if held.count]}
    return render(request, "feedback/people/deactivate.html", context)


@require_POST
def person_reactivate(request, pk):
    require(can_administer(request.user))
    person = get_object_or_404(User, pk=pk)
    try:
        actions.reactivate_person(person=person, by=request.user)
    except actions.PersonRefused as refused:
        return _refused(request, person, refused)
    toast(request, f"{person} can sign in again.")
    return redirect("feedback:person_detail", pk)


def person_hand_over(request, pk):
    require(can_administer(request.user))
    person = get_object_or_404(User, pk=pk)
    form = HandoverForm(request.POST or None, holder=person)
    if request.method == "POST" and form.is_valid():
        what, to = form.cleaned_data["what"], form.cleaned_data["to"]
        try:
            told = handover.hand_over(holder=person, keys=what, to=to, by=request.user)
            toast(request, f"{to} has {', '.join(told) or 'nothing new: it was gone meanwhile'}.")
            return redirect("feedback:person_detail", pk)
        except ValueError as refused:
            form.add_error("to", str(refused))
    context = {"form": form, "person": person}
    return render(request, "feedback/people/hand_over.html", context, status=422 if form.is_bound else 200)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def invitation_accept(request, token):
    """The page behind an invitation's link: a name, a password, and in; or a name, and on to the company's sign-in."""
    invitation = Invitation.objects.filter(token_hash=actions.token_hash(token)).select_related("person", "by").first()
    if invitation is None or not Invitation.objects.live().filter(pk=invitation.pk).exists():
        return _worthless(request, invitation)
    person = invitation.person
    form = AcceptForm(request.POST or None, person=person, initial={"name": person.name})
    if request.method == "POST" and form.is_valid():
        person = invitations.accept_invitation(token=token, **form.cleaned_data)
        if person is None:
            invitation.refresh_from_db()
            return _worthless(request, invitation)
        if not can_use_password(person):
            return redirect("oidc_login")
        login(request, person, backend="django.contrib.auth.backends.ModelBackend")
        toast(request, f"Welcome, {person.get_short_name()}.")
        return redirect("feedback:home")
    company_sign_in = "" if can_use_password(person) else settings.OIDC_NAME
    context = {"form": form, "invitation": invitation, "company_sign_in": company_sign_in}
    return render(request, "feedback/people/accept.html", context, status=422 if form.is_bound else 200)


def _worthless(request, invitation):
    context = {"invitation": invitation}
    return render(request, "feedback/people/invitation_gone.html", context, status=410 if invitation else 404)


def _invited(request, invitation, token):
    link = request.build_absolute_uri(reverse("feedback:invitation_accept", args=[token]))
    context = {"invitation": invitation, "link": link, "is_mailed": mail_invitation(invitation, link)}
    answer = render(request, "feedback/people/invited.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _refused(request, person, refused):
    context = {"person": person, "refused": refused}
    return render(request, "feedback/people/refused.html", context, status=422)
