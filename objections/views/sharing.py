"""Links by which a buyer opens a piece: made and ended here, and the one page that they open without signing in."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from feedback.addresses import next_or
from feedback.models import Company, Tries
from feedback.permissions import require
from feedback.toasts import toast
from objections.actions import sharing as actions
from objections.actions.collateral import PublishRefused
from objections.downloads import as_download
from objections.forms.sharing import ShareForm
from objections.models import Collateral, ShareLink
from objections.permissions import can_end_share_link, can_share
from objections.views.collateral import collateral_page

HOUR = timedelta(hours=1)
WRONG_LIMIT = 30  # unknown addresses asked for by one client in an hour
LIMIT = 600  # openings of one link in an hour
QUIET = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


@require_POST
def share_link_create(request, pk):
    piece = get_object_or_404(Collateral.objects.visible_to(request.user).with_rows(), pk=pk)
    require(can_share(request.user))
    form = ShareForm(request.POST, user=request.user)
    if not form.is_valid():
        return collateral_page(request, piece, share_form=form, status=422)
    try:
        link = actions.share_collateral(collateral=piece, by=request.user, **form.cleaned_data)
    except PublishRefused as refused:
        return collateral_page(request, piece, refusal=str(refused), status=422)
    words = f"Link made. It works until {date_format(timezone.localdate(link.expires_at), 'j F')}."
    if link.opportunity:
        words = f"{words} Noted that you used it on {link.opportunity}."
    toast(request, words, undo=reverse("objections:share_link_end", args=[link.pk]))
    return redirect(next_or(request, f"{piece.get_absolute_url()}#shared"))


@require_POST
def share_link_end(request, pk):
    link = _link(request, pk)
    require(can_end_share_link(request.user, link))
    actions.end_share_link(link=link, by=request.user)
    toast(request, "The link opens nothing any more.", undo=reverse("objections:share_link_restore", args=[pk]))
    return redirect(next_or(request, link.collateral))


@require_POST
def share_link_restore(request, pk):
    link = _link(request, pk)
    require(can_end_share_link(request.user, link))
    actions.restore_share_link(link=link)
    toast(request, "The link works again until it expires.")
    return redirect(next_or(request, link.collateral))


def _link(request, pk):
    links = ShareLink.objects.visible_to(request.user).select_related("collateral", "opportunity", "by")
    return get_object_or_404(links, pk=pk)


@login_not_required
@csrf_exempt  # whoever opens it is given no cookie; it changes nothing but a count
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def share_link_open(request, token):
    """What a buyer sees. The button gives the file or leads to the link, and counts; opening the page alone does not,
    for programs that preview links or look through mail open it too. Nothing is kept of who it was.
    """
    link = ShareLink.objects.of_token(token)
    if link is None:
        if Tries.objects.spend("share link", who=request.META.get("REMOTE_ADDR", ""), limit=WRONG_LIMIT, per=HOUR):
            return _too_often()
        raise Http404
    publication = link.collateral.publications.live().select_related("version", "collateral").first()
    if publication is None or not link.is_working:
        return _page(request, {"is_over": True}, status=410)
    version = publication.version
    if request.method != "POST":
        return _page(request, {"piece": publication.collateral, "version": version, "until": link.expires_at})
    if Tries.objects.spend("shared", who=str(link.pk), limit=LIMIT, per=HOUR):
        return _too_often()
    if not request.user.is_authenticated:  # a colleague who looks is no buyer
        actions.count_open(link=link, day=timezone.localdate())
    if version.link:
        return HttpResponseRedirect(version.link, status=303, headers=QUIET)
    answer = as_download(version)
    answer["X-Robots-Tag"] = QUIET["X-Robots-Tag"]
    return answer


def _page(request, context, status=200):
    answer = render(request, "objections/sharing/open.html", context | {"company": Company.current()}, status=status)
    for name, value in QUIET.items():
        answer[name] = value
    version = context.get("version")
    if version and version.link:  # browsers ask where the button leads before they let it
        parts = urlsplit(version.link)
        port = f":{parts.port}" if parts.port else ""
        answer._csp_update = {"form-action": [f"{parts.scheme}://{parts.hostname}{port}"]}
    return answer


def _too_often():
    return HttpResponse("Too often. Try again in an hour.", status=429, headers={"Retry-After": "3600"})
