from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from feedback.addresses import is_path_of_ours
from feedback.becoming import promise_asked
from feedback.exports import download
from feedback.forms.fields import is_number
from feedback.lists import back_to, bar_of, opens_with_default
from feedback.metrics import number_of
from feedback.models import Opportunity
from feedback.paging import page_of
from feedback.permissions import require
from feedback.toasts import toast
from objections.actions import content as actions
from objections.board import board, with_clocks
from objections.briefs import draft_brief
from objections.exports import REQUESTS
from objections.filters.content import RequestFilter
from objections.forms.content import AskEditForm, QueueRequestForm, RequestEditForm, RequestForm, move_form
from objections.metrics import load_by_owner
from objections.models import ContentRequest, Objection, Placement, Theme
from objections.models.content import CLOSED, RequestState
from objections.permissions import can_ask_for_content, can_edit_request, can_move_requests
from objections.request_page import ALIKE_SHOWN, impact_of, request_context, steps_for
from objections.workflow import MoveRefused, find_move, may_move

PER_PAGE = 50


@vary_on_headers("HX-Request")
@opens_with_default("requests")
def request_list(request):
    filterset, today = _filtered(request), timezone.localdate()
    is_table = request.GET.get("view") == "table"
    context = {
        "filter": filterset,
        "bar": bar_of(request, "requests"),
        "is_table": is_table,
        "can_move": can_move_requests(request.user),
        "here": request.get_full_path(),
        "part": f"objections/content/_{'table' if is_table else 'board'}.html",
    }
    if is_table:
        context["page"] = page = page_of(filterset.qs.with_rows(), request.GET.get("page"), PER_PAGE)
        with_clocks(page, today)
    else:
        context["board"] = board(filterset, today)
    if not (request.htmx and is_table):  # a move swaps the board, and changes what people have
        context["loads"] = load_by_owner(ContentRequest.objects.visible_to(request.user).unfinished(), today)
    return render(request, context["part"] if request.htmx else "objections/content/list.html", context)


def request_export(request):
    filterset = _filtered(request)
    if filterset.problems:
        return back_to(request, "objections:request_list")
    return download("content-requests", REQUESTS, filterset.qs.with_rows().select_related("by"))


def _filtered(request):
    requests = ContentRequest.objects.visible_to(request.user).most_urgent_first()
    return RequestFilter(request.GET, queryset=requests, request=request)


def request_detail(request, pk):
    return detail_page(request, get_object_or_404(rows_for_page(request.user), pk=pk))


def rows_for_page(user):
    """Requests with all that their page asks of the row itself."""
    requests = ContentRequest.objects.visible_to(user).with_voices().with_sign_off()
    return requests.select_related("owner", "co_owner", "by").prefetch_related("moves")


def detail_page(request, row, status=200, **forms):
    """The page of a request; `forms` are those that could not be saved, with what was typed."""
    return render(request, "objections/content/detail.html", request_context(request, row, **forms), status=status)


def request_create(request):
    """Asks for content. Requests in the queue about the same themes are shown once before another is made."""
    require(can_ask_for_content(request.user))
    form_class = QueueRequestForm if can_move_requests(request.user) else RequestForm
    promise = promise_asked(request)
    form = form_class(request.POST or None, initial=_asked_for(request) | _promised(promise))
    is_ready = request.method == "POST" and form.is_valid()
    themes = form.cleaned_data["themes"] if is_ready else form.initial.get("themes", [])
    alike = list(ContentRequest.objects.alike(themes).select_related("owner", "by")[:ALIKE_SHOWN]) if themes else []
    shown = request.POST.getlist("shown")
    if is_ready and all(str(row.pk) in shown for row in alike):
        return _ask(request, form, promise)
    context = {
        "form": form,
        "runs_queue": form_class is QueueRequestForm,
        "alike": alike,
        "shown": [*shown, *(row.pk for row in alike)],
        "is_asked_again": is_ready,
        "deal": form.cleaned_data.get("deal") if is_ready else form.initial.get("deal"),
        "promise": promise,
        "next": back(request, ""),
    }
    return render(request, "objections/content/form.html", context, status=422 if form.is_bound else 200)


def _ask(request, form, promise):
    row = actions.request_content(by=request.user, promise=promise, **form.cleaned_data)
    triaged = row.state == RequestState.TRIAGED
    toast(request, "Request saved and triaged." if triaged else "Asked. Marketing looks at it within two working days.")
    return redirect(back(request, row) if promise else row)


def _promised(promise):
    """What a promise of a meeting fills in: its words, who owns it and by when, where that day is still to come.

    The meeting is named once it is closed, for everybody reads requests.
    """
    if promise is None:
        return {}
    meeting = str(promise.meeting)
    brief = str(promise)
    if promise.meeting.is_closed:
        brief += f"\n\nFrom the {meeting[:1].lower()}{meeting[1:]}."
    given = {"title": str(promise)[:160], "brief": brief}
    if promise.owner and can_move_requests(promise.owner):
        given["owner"] = promise.owner_id
        if promise.due_on and promise.due_on >= timezone.localdate():
            given["due_on"] = promise.due_on
    return given


def request_edit(request, pk):
    row = get_object_or_404(ContentRequest.objects.visible_to(request.user), pk=pk)
    require(can_edit_request(request.user, row))
    form_class = RequestEditForm if can_move_requests(request.user) else AskEditForm
    form = form_class(request.POST or None, instance=row, initial={"due_on": row.due_on})
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        actions.change_request(
            request=form.save(commit=False), themes=answers["themes"], deals=answers["deals"], by=request.user
        )
        toast(request, "Request saved.")
        return redirect(row)
    context = {"form": form, "request_row": row}
    return render(request, "objections/content/form.html", context, status=422 if form.is_bound else 200)


@vary_on_headers("HX-Request")
def request_move(request, pk):
    """Asks what a move needs, and makes it. What the table refuses answers 422 and says why."""
    row = get_object_or_404(ContentRequest.objects.visible_to(request.user).with_sign_off(), pk=pk)
    asked = request.POST or request.GET
    to, then = asked.get("to", ""), back(request, row.get_absolute_url())
    context = {"request_row": row, "next": then, "steps": steps_for(row, request.user)}
    require(may_move(request.user, row, to) or (not to and bool(context["steps"])))
    if request.method == "POST" and to == row.state:
        return redirect(then)
    if request.method != "POST" and not to:
        return render(request, f"objections/content/{'_moves' if request.htmx else 'move'}.html", context)
    try:
        transition = find_move(row, to)
        form = move_form(request.POST or None, request=row, transition=transition, user=request.user)
        if request.method == "POST" and form.is_valid():
            _make_move(request, row, transition, form)
            return redirect(then)
        refusal, status = "", 422 if form.is_bound else 200
    except MoveRefused as refused:
        transition, form, refusal, status = None, None, str(refused), 422
    context |= {"transition": transition, "form": form, "refusal": refusal}
    if to in CLOSED:
        context["impact"] = impact_of(row)
    return render(request, "objections/content/move.html", context, status=status)


def _make_move(request, row, transition, form):
    move = actions.make_move(request=row, transition=transition, answers=form.cleaned_data, by=request.user)
    toast(
        request,
        f"“{row}” is now {row.get_state_display().lower()}.{_still_open(row)}",
        undo=_undo_url(row, move),
    )


def _still_open(row):
    """A warning, and no more: what is left of the checklist when others are to look at it."""
    if row.state not in (RequestState.IN_REVIEW, RequestState.APPROVED):
        return ""
    left = row.checklist.still_open().count()
    return f" Still open on its checklist: {number_of(left, 'item')}." if left else ""


def _undo_url(row, move):
    """Where to take back a merge, or the one publication a move made; of several each is retired on its own page."""
    if move is not None and move.into_id:
        return reverse("objections:request_merge_undo", args=[row.pk])
    if move is None or len(move.publications) != 1:
        return ""
    publication = move.publications[0]
    return reverse("objections:publication_undo", args=[publication.collateral_id, publication.pk])


@require_POST
def request_merge_undo(request, pk):
    row = get_object_or_404(ContentRequest.objects.visible_to(request.user), pk=pk)
    require(can_move_requests(request.user))
    if actions.undo_merge(request=row, by=request.user):
        toast(request, f"“{row}” is back: {row.get_state_display().lower()}.")
    return redirect(row)


def _asked_for(request):
    """What the form of a new request starts with when asked from a theme, an objection or a deal."""
    objection = row_of(Objection.objects.visible_to(request.user), request.GET.get("objection", ""))
    deal = row_of(Opportunity.objects.visible_to(request.user), request.GET.get("deal", ""))
    numbers = [pk for pk in request.GET.getlist("theme") if is_number(pk)]
    themes = Theme.objects.active()
    if objection:
        deal = objection.opportunity
        themes = themes.filter(placements__in=objection.placements.live())
    elif numbers or not deal:
        themes = themes.filter(pk__in=numbers)
    else:
        themes = themes.filter(placements__in=Placement.objects.counted().filter(objection__opportunity=deal))
    themes = list(themes.distinct())
    initial = {"deal": deal} if deal else {}
    if themes:
        initial |= {"themes": themes, "title": f"Answer to “{themes[0].name}”"[:160], "brief": draft_brief(themes)}
    return initial


def row_of(rows, number):
    """The row of that number, None for what is no number or nobody's."""
    return rows.filter(pk=number).first() if is_number(number) else None


def back(request, otherwise):
    """Where to go afterwards: the page it was done on, if that is one of ours."""
    url = (request.POST or request.GET).get("next", "")
    return url if is_path_of_ours(url) else otherwise
