from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from feedback.permissions import require
from feedback.toasts import toast
from objections.actions import proposals as actions
from objections.actions.themes import start_build
from objections.forms.themes import ProposalForm, category_choices
from objections.models import Build, Objection, Proposal
from objections.models.proposals import ProposalKind
from objections.permissions import can_curate
from objections.theming import nearest_themes

PER_PAGE = 10
NAMED = (ProposalKind.NEW, ProposalKind.SPLIT)


@require_POST
def build_create(request):
    require(can_curate(request.user))
    return redirect(start_build(by=request.user))


@vary_on_headers("HX-Request")
def build_detail(request, pk):
    build = get_object_or_404(Build.objects.select_related("job", "by"), pk=pk)
    require(can_curate(request.user))
    template = "objections/themes/_build.html" if request.htmx else "objections/themes/build.html"
    return render(request, template, {"build": build, "open": build.proposals.open().count()})


def proposal_list(request):
    require(can_curate(request.user))
    page = Paginator(_shown(Proposal.objects.open()), PER_PAGE).get_page(request.GET.get("page"))
    build = Build.objects.order_by("-id").select_related("job").first()
    context = {"page": page, "cards": _cards(list(page.object_list)), "build": build}
    return render(request, "objections/themes/proposals.html", context)


@require_POST
@vary_on_headers("HX-Request")
def proposal_accept(request, pk):
    proposal = get_object_or_404(_shown(Proposal.objects.all()), pk=pk)
    require(can_curate(request.user))
    form = (
        ProposalForm(request.POST, choices=category_choices())
        if proposal.kind in NAMED and proposal.state == "open"
        else None
    )
    if form is not None and not form.is_valid():
        return _refused(request, proposal, form)
    try:
        proposal = actions.accept_proposal(proposal=proposal, by=request.user, **(form.cleaned_data if form else {}))
    except actions.OutOfDate as why:
        return _decided(request, get_object_or_404(Proposal, pk=pk), str(why))
    return _decided(request, proposal, "Accepted.")


@require_POST
@vary_on_headers("HX-Request")
def proposal_reject(request, pk):
    proposal = get_object_or_404(Proposal.objects.select_related("theme", "into"), pk=pk)
    require(can_curate(request.user))
    proposal = actions.reject_proposal(proposal=proposal, by=request.user)
    return _decided(request, proposal, "Rejected. It will not be proposed again.")


@require_POST
def proposal_undo(request, pk):
    proposal = get_object_or_404(Proposal.objects.select_related("theme", "into"), pk=pk)
    require(can_curate(request.user))
    try:
        actions.undo_decision(proposal=proposal, by=request.user)
    except actions.MovedOn as why:
        toast(request, f"Not taken back. {why}")
        return redirect(proposal.theme)
    toast(request, "Taken back. Nothing is changed.")
    return redirect("objections:proposal_list")


def _decided(request, proposal, words):
    if request.htmx:
        return render(request, "objections/themes/_decided.html", {"proposal": proposal, "words": words})
    undo = reverse("objections:proposal_undo", args=[proposal.pk]) if proposal.state != "stale" else ""
    toast(request, words, undo=undo)
    return redirect("objections:proposal_list")


def _refused(request, proposal, form):
    template = "objections/themes/_proposal.html" if request.htmx else "objections/themes/proposal.html"
    return render(request, template, {"proposal": proposal, "form": form}, status=422)


def _shown(proposals):
    voices = Objection.objects.live().select_related("opportunity__account").order_by("-heard_on", "-id")
    return proposals.select_related("theme__category", "into").prefetch_related(
        Prefetch("objections", queryset=voices, to_attr="voices")
    )


def _cards(proposals):
    """(proposal, form or None): a new theme's category is guessed from the nearest theme there is."""
    named = [proposal for proposal in proposals if proposal.kind in NAMED]
    nearest = nearest_themes([proposal.voices for proposal in named])
    guessed = {proposal.pk: theme and theme.category_id for proposal, theme in zip(named, nearest, strict=True)}
    choices = category_choices() if named else []
    return [
        (proposal, _form(proposal, choices=choices, category=guessed[proposal.pk]))
        if proposal.kind in NAMED
        else (proposal, None)
        for proposal in proposals
    ]


def _form(proposal, *, choices, category=None, data=None):
    category = proposal.theme.category_id if proposal.theme else category
    initial = {"name": proposal.name, "category": category}
    return ProposalForm(data, initial=initial, choices=choices, auto_id=f"proposal-{proposal.pk}-%s")
