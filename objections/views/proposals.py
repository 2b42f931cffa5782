from django.db.models import Count, Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from feedback.exports import download
from feedback.metrics import last_year, number_of
from feedback.paging import page_of
from feedback.permissions import require
from feedback.toasts import toast
from objections.actions import proposals as actions
from objections.actions.moving import NameTaken
from objections.exports import PROPOSALS
from objections.forms.proposals import LEAST_SURE, AcceptManyForm, ProposalForm, RenameForm
from objections.forms.themes import categories, category_choices
from objections.metrics import value_of_proposals
from objections.models import Build, Objection, Proposal
from objections.models.proposals import ProposalKind
from objections.permissions import can_curate
from objections.theming import nearest_themes

PER_PAGE = 10
MOST_AT_ONCE = 50  # accepted in one go, so that nobody waits for long
NAMED = (ProposalKind.NEW, ProposalKind.SPLIT)


def proposal_list(request):
    require(can_curate(request.user))
    kinds = _kinds()
    kind = request.GET.get("kind") if request.GET.get("kind") in dict(kinds) else ""
    rows = _shown(Proposal.objects.open().filter(kind=kind) if kind else Proposal.objects.open())
    page = page_of(rows, request.GET.get("page"), PER_PAGE)
    context = {
        "page": page,
        "cards": _cards(page.object_list),
        "kinds": [(key, ProposalKind(key).label, many) for key, many in kinds],
        "kind": kind,
        "open": sum(many for _, many in kinds),
        "build": Build.objects.ended().first(),
        "last": Build.objects.select_related("job").first(),
    }
    return render(request, "objections/proposals/list.html", context)


def _kinds():
    """(kind, how many are open) of those there are, in the order of kinds."""
    rows = Proposal.objects.open().order_by().values_list("kind").annotate(many=Count("pk"))
    return sorted(rows, key=lambda row: ProposalKind.values.index(row[0]))


def proposal_export(request):
    require(can_curate(request.user))
    return download("proposals", PROPOSALS, _shown(Proposal.objects.open()))


def proposal_accept_many(request):
    """One form: how sure they must be. It says how many that would be before, and which."""
    require(can_curate(request.user))
    build = Build.objects.ended().first()
    rows = list(_shown(Proposal.objects.open().as_sure_as(LEAST_SURE)))
    form = AcceptManyForm(request.POST or None, build=build, proposals=rows)
    if request.method == "POST" and form.is_valid():
        chosen = form.chosen()[:MOST_AT_ONCE]
        done = actions.accept_many(proposals=chosen, by=request.user, categories=_guessed_categories(chosen))
        toast(request, _said_of(done, left=len(form.chosen()) - len(chosen)))
        return redirect(build)
    values = value_of_proposals(rows, last_year(timezone.localdate()))
    context = {"form": form, "build": build, "rows": [(row, values.get(row.pk)) for row in rows], "most": MOST_AT_ONCE}
    status = 422 if form.is_bound else 200
    return render(request, "objections/proposals/accept_many.html", context, status=status)


def _said_of(done, left):
    said = f"{number_of(len(done.proposals), 'proposal')} accepted; each can be undone by itself."
    for proposal, why in done.refused[:3]:
        said += f" Not “{proposal.subject}”: {why}"
    if len(done.refused) > 3:
        said += f" Nor {len(done.refused) - 3} others."
    return said + (f" {left} more are as sure: accept again to go on." if left else "")


@require_POST
@vary_on_headers("HX-Request")
def proposal_accept(request, pk):
    proposal = get_object_or_404(_shown(Proposal.objects.all()), pk=pk)
    require(can_curate(request.user))
    form = _posted(request, proposal)
    if form is not None and not form.is_valid():
        return _refused(request, proposal, form)
    try:
        proposal = actions.accept_proposal(proposal=proposal, by=request.user, **(form.cleaned_data if form else {}))
    except NameTaken as why:
        form.add_error("name", str(why))
        return _refused(request, proposal, form)
    except actions.OutOfDate as why:
        return _decided(request, get_object_or_404(Proposal, pk=pk), str(why))
    return _decided(request, proposal, "Accepted.")


@require_POST
@vary_on_headers("HX-Request")
def proposal_reject(request, pk):
    proposal = get_object_or_404(Proposal.objects.select_related("theme", "into"), pk=pk)
    require(can_curate(request.user))
    proposal = actions.reject_proposal(proposal=proposal, by=request.user)
    return _decided(request, proposal, "Rejected. It is asked again only if it changes a lot.")


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
        return render(request, "objections/proposals/_decided.html", {"proposal": proposal, "words": words})
    undo = reverse("objections:proposal_undo", args=[proposal.pk]) if proposal.state != "stale" else ""
    toast(request, words, undo=undo)
    return redirect("objections:proposal_list")


def _posted(request, proposal):
    """The form as it was sent, or None for a proposal without one and one that is decided."""
    if proposal.state != "open":
        return None
    if proposal.kind == ProposalKind.RENAME:
        return RenameForm(request.POST, theme=proposal.theme, auto_id=f"proposal-{proposal.pk}-%s")
    return ProposalForm(request.POST, choices=category_choices()) if proposal.kind in NAMED else None


def _refused(request, proposal, form):
    template = "objections/proposals/_proposal.html" if request.htmx else "objections/proposals/detail.html"
    value = value_of_proposals([proposal], last_year(timezone.localdate())).get(proposal.pk)
    return render(request, template, {"proposal": proposal, "form": form, "value": value}, status=422)


def _shown(proposals):
    voices = Objection.objects.live().select_related("opportunity__account").order_by("-heard_on", "-id")
    rows = proposals.select_related("theme__category", "into", "nearest__opportunity__account")
    return rows.surest_first().prefetch_related(Prefetch("objections", queryset=voices, to_attr="voices"))


def _cards(proposals):
    """(proposal, form or None, what was lost where its voices were heard)."""
    values = value_of_proposals(proposals, last_year(timezone.localdate()))
    categories = _nearest_categories([proposal for proposal in proposals if proposal.kind in NAMED])
    choices = category_choices() if categories else []
    forms = [_form(proposal, choices=choices, category=categories.get(proposal.pk)) for proposal in proposals]
    return [(proposal, form, values.get(proposal.pk)) for proposal, form in zip(proposals, forms, strict=True)]


def _form(proposal, *, choices, category):
    if proposal.kind == ProposalKind.RENAME:
        initial = {"name": proposal.name}
        return RenameForm(initial=initial, theme=proposal.theme, auto_id=f"proposal-{proposal.pk}-%s")
    if proposal.kind not in NAMED:
        return None
    category = proposal.theme.category_id if proposal.theme else category
    initial = {"name": proposal.name, "category": category}
    return ProposalForm(initial=initial, choices=choices, auto_id=f"proposal-{proposal.pk}-%s")


def _nearest_categories(proposals):
    """By proposal id that of the nearest theme there is; None while there is no theme."""
    nearest = nearest_themes([proposal.voices for proposal in proposals])
    return {proposal.pk: theme and theme.category_id for proposal, theme in zip(proposals, nearest, strict=True)}


def _guessed_categories(proposals):
    """By proposal id a category for each new theme; “other” where nothing is near."""
    nearest = _nearest_categories([proposal for proposal in proposals if proposal.kind == ProposalKind.NEW])
    rows = {category.pk: category for category in categories()}
    other = next((row for row in rows.values() if row.code == "other"), None) or next(iter(rows.values()), None)
    return {pk: rows.get(category, other) for pk, category in nearest.items()}
