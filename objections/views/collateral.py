from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from feedback.addresses import next_or
from feedback.exports import download
from feedback.forms.fields import is_number
from feedback.lists import back_to, bar_of, opens_with_default
from feedback.paging import page_of
from feedback.permissions import require
from feedback.toasts import toast
from feedback.uploads import takes_files
from objections import impact_page
from objections.actions import collateral as actions
from objections.alarms import alarms_of
from objections.downloads import as_download
from objections.exports import COLLATERAL
from objections.files import MAX_BYTES
from objections.filters.collateral import CollateralFilter
from objections.forms.collateral import CollateralForm, UsageForm, VersionForm
from objections.forms.sharing import ShareForm
from objections.metrics import Uses, uses_of
from objections.models import Collateral, ContentRequest, ShareLink, Version
from objections.permissions import can_publish, can_record_usage, can_share
from objections.timeline import collateral_entries
from objections.workflow import MoveRefused

PER_PAGE = 50
USES_SHOWN = LINKS_SHOWN = 20


@vary_on_headers("HX-Request")
@opens_with_default("collateral")
def collateral_list(request):
    filterset = _filtered(request)
    page, now = page_of(filterset.qs, request.GET.get("page"), PER_PAGE), timezone.now()
    for piece in page:
        piece.alarms = alarms_of(piece, now)
    template = "objections/collateral/_table.html" if request.htmx else "objections/collateral/list.html"
    context = {
        "filter": filterset,
        "page": page,
        "bar": bar_of(request, "collateral"),
        "can_publish": can_publish(request.user),
    }
    return render(request, template, context)


def collateral_export(request):
    filterset = _filtered(request)
    if filterset.problems:
        return back_to(request, "objections:collateral_list")
    return download("collateral", COLLATERAL, filterset.qs)


def _filtered(request):
    pieces = Collateral.objects.visible_to(request.user).with_rows()
    return CollateralFilter(request.GET, queryset=pieces, request=request)


def collateral_detail(request, pk):
    return collateral_page(request, _piece(request, pk))


def collateral_page(request, piece, *, usage_form=None, share_form=None, refusal="", status=200):
    """The page of a piece, also as the answer to what was refused there."""
    user, publishes = request.user, can_publish(request.user)
    versions = list(Version.objects.visible_to(user).filter(collateral=piece).select_related("by"))
    live = piece.publication
    current = live.version if live else next(iter(versions), None)
    if usage_form is None and can_record_usage(user) and piece.publications.all():
        usage_form = UsageForm(user=user)
    context = {
        "piece": piece,
        "live": live,
        "current": current,
        "older": [v for v in versions if v != current],
        "newest": versions[0] if versions else None,
        "themes": piece.themes.with_voices(),
        "uses": piece.usages.select_related("opportunity__account", "by")[:USES_SHOWN],
        "used": uses_of([piece.pk]).get(piece.pk, Uses()),
        "form": usage_form,
        "has_deals": bool(usage_form and (usage_form.is_bound or usage_form.deals.exists())),
        "share_form": (share_form or ShareForm(user=user)) if live and can_share(user) else None,
        "links": ShareLink.objects.visible_to(user)
        .filter(collateral=piece)
        .with_opens()
        .select_related("opportunity__account", "by")[:LINKS_SHOWN],
        "refusal": refusal,
        "impact": impact_page.shown(piece, timezone.localdate()),
        "alarms": alarms_of(piece, timezone.now()),
        "can_publish": publishes,
        "entries": collateral_entries(piece, versions),
    }
    return render(request, "objections/collateral/detail.html", context, status=status)


@takes_files(MAX_BYTES)
def collateral_create(request):
    require(can_publish(request.user))
    asked = request.GET.get("request", "")
    requests = ContentRequest.objects.visible_to(request.user)
    behind = requests.filter(pk=asked).first() if is_number(asked) else None
    form = CollateralForm(request.POST or None, initial=_taken_from(behind))
    version_form = VersionForm(request.POST or None, request.FILES or None, may_wait=True)
    if request.method == "POST" and all([form.is_valid(), version_form.is_valid()]):
        piece = actions.make_collateral(
            collateral=form.save(commit=False),
            themes=form.cleaned_data["themes"],
            stages=form.cleaned_data["stages"],
            segments=form.cleaned_data["segments"],
            request=behind,
            by=request.user,
            kind=version_form.kind,
            **version_form.cleaned_data,
        )
        toast(request, "Collateral saved. Reps see it once it is published.")
        return redirect(piece)
    context = {"form": form, "version_form": version_form, "behind": behind}
    return render(request, "objections/collateral/form.html", context, status=422 if form.is_bound else 200)


def collateral_edit(request, pk):
    piece = _piece(request, pk)
    require(can_publish(request.user))
    form = CollateralForm(request.POST or None, instance=piece)
    if request.method == "POST" and form.is_valid():
        actions.change_collateral(
            collateral=form.save(commit=False),
            themes=form.cleaned_data["themes"],
            stages=form.cleaned_data["stages"],
            segments=form.cleaned_data["segments"],
            by=request.user,
        )
        toast(request, "Collateral saved.")
        return redirect(piece)
    context = {"form": form, "piece": piece}
    return render(request, "objections/collateral/form.html", context, status=422 if form.is_bound else 200)


@takes_files(MAX_BYTES)
def version_create(request, pk):
    piece = _piece(request, pk)
    require(can_publish(request.user))
    form = VersionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        version = _add_version(piece, form, request.user)
        toast(request, f"Version {version.number} saved. Publish it when it is ready.")
        return redirect(piece)
    context = {"form": form, "piece": piece}
    return render(request, "objections/collateral/version.html", context, status=422 if form.is_bound else 200)


def version_file(request, pk):
    """The file, always as a download: what people upload is never shown as a page of ours."""
    version = get_object_or_404(Version.objects.visible_to(request.user).exclude(file=""), pk=pk)
    return as_download(version)


@require_POST
def collateral_publish(request, pk):
    """Publishes the version named, else the newest."""
    piece = _piece(request, pk)
    require(can_publish(request.user))
    number = request.POST.get("version", "")
    versions = piece.versions.filter(number=number) if number.isdecimal() and len(number) < 9 else piece.versions.all()
    version = versions.first()
    if version is None:
        return collateral_page(
            request, piece, refusal="There is no such version to publish. Add a file or a link.", status=422
        )
    try:
        publication = actions.publish_collateral(collateral=piece, version=version, by=request.user)
    except MoveRefused as refused:
        return collateral_page(request, piece, refusal=str(refused), status=422)
    undo = reverse("objections:publication_undo", args=[pk, publication.pk])
    toast(request, "Published. Everyone who raised its themes is told.", undo=undo)
    return redirect(piece)


@require_POST
def publication_undo(request, pk, publication):
    piece = _piece(request, pk)
    require(can_publish(request.user))
    try:
        actions.undo_publication(collateral=piece, publication=publication, by=request.user)
    except actions.PublishRefused as refused:
        return collateral_page(request, piece, refusal=str(refused), status=422)
    toast(request, "Taken back, as if it had not been published.")
    return redirect(piece)


@require_POST
def collateral_retire(request, pk):
    piece = _piece(request, pk)
    require(can_publish(request.user))
    ended = actions.retire_collateral(collateral=piece, by=request.user)
    undo = reverse("objections:publication_restore", args=[pk, ended.pk]) if ended else ""
    toast(request, "Retired. Reps are no longer offered it.", undo=undo)
    return redirect(piece)


@require_POST
def publication_restore(request, pk, publication):
    piece = _piece(request, pk)
    require(can_publish(request.user))
    actions.restore_publication(collateral=piece, publication=publication, by=request.user)
    toast(request, "Reps are offered it again.")
    return redirect(piece)


@require_POST
def collateral_use(request, pk):
    piece = _piece(request, pk)
    require(can_record_usage(request.user))
    form = UsageForm(request.POST, user=request.user)
    if not form.is_valid():
        return collateral_page(request, piece, usage_form=form, status=422)
    if not piece.publications.all():
        return collateral_page(
            request, piece, refusal="It was never published, so nobody can have used it.", status=422
        )
    usage = actions.record_usage(collateral=piece, by=request.user, **form.cleaned_data)
    if usage.was_noted:  # to undo that would take away what was noted then
        day = timezone.localdate(usage.at)
        toast(request, f"You noted on {day:%-d %b %Y} that you used it on {usage.opportunity}.")
    else:
        undo = reverse("objections:usage_undo", args=[pk, usage.pk])
        toast(request, f"Noted that you used it on {usage.opportunity}.", undo=undo)
    return redirect(next_or(request, piece))


@require_POST
def usage_undo(request, pk, usage):
    piece = _piece(request, pk)
    require(can_record_usage(request.user))
    actions.undo_usage(collateral=piece, usage=usage, by=request.user)
    toast(request, "Taken back.")
    return redirect(piece)


def _piece(request, pk):
    return get_object_or_404(Collateral.objects.visible_to(request.user).with_rows(), pk=pk)


def _taken_from(behind):
    if behind is None:
        return {}
    return {"title": behind.title, "type": behind.type, "themes": behind.themes.all()}


def _add_version(piece, form, user):
    answers = form.cleaned_data
    return actions.add_version(
        collateral=piece,
        by=user,
        file=answers["file"],
        kind=form.kind,
        link=answers["link"],
        note=answers["note"],
    )
