from dataclasses import dataclass

from django.db.models import Count, Window
from django.db.models.functions import RowNumber
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.vary import vary_on_headers

from feedback.addresses import is_path_of_ours
from feedback.exports import download
from feedback.lists import back_to, bar_of, opens_with_default
from feedback.paging import page_of
from feedback.permissions import require
from feedback.toasts import toast
from objections.actions import content as actions
from objections.briefs import draft_brief
from objections.exports import REQUESTS
from objections.filters.content import GROUPS, RequestFilter
from objections.forms.content import AskEditForm, MoveForm, QueueRequestForm, RequestEditForm, RequestForm, TriageForm
from objections.models import Collateral, ContentRequest, Theme
from objections.models.content import PAUSED, RequestState
from objections.permissions import can_ask_for_content, can_edit_request, can_move_requests, can_publish
from objections.timeline import request_entries
from objections.workflow import MoveRefused, clock_of, find_move, missing_for, moves_open_to

PER_PAGE = 50
IN_A_COLUMN = 8  # cards; the most urgent, the others are in the table
DEALS_SHOWN = 12


@vary_on_headers("HX-Request")
@opens_with_default("requests")
def request_list(request):
    filterset = _filtered(request)
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
        _with_clocks(page)
    else:
        context |= _board(filterset)
    return render(request, context["part"] if request.htmx else "objections/content/list.html", context)


def request_export(request):
    filterset = _filtered(request)
    if filterset.problems:
        return back_to(request, "objections:request_list")
    return download("content-requests", REQUESTS, filterset.qs.with_rows().select_related("by"))


def _filtered(request):
    requests = ContentRequest.objects.visible_to(request.user)
    return RequestFilter(request.GET, queryset=requests, request=request)


def request_detail(request, pk):
    requests = ContentRequest.objects.visible_to(request.user).with_voices()
    row = get_object_or_404(requests.select_related("owner", "co_owner", "by").prefetch_related("moves"), pk=pk)
    can_move = can_move_requests(request.user)
    pieces = Collateral.objects.visible_to(request.user).filter(request=row)
    last = row.moves.select_related("into", "by").last()
    context = {
        "request_row": row,
        "clock": clock_of(row, timezone.localdate()),
        "themes": row.themes.with_voices(),
        "waiting": row.opportunities.select_related("account", "owner").open_first()[:DEALS_SHOWN],
        "more_waiting": max(row.deals - DEALS_SHOWN, 0),
        "pieces": pieces.with_rows(),
        "set_aside": last if last and last.to_state == row.state and last.why else None,
        "into": last.into if last and row.state == RequestState.MERGED else None,
        "steps": _steps(row) if can_move else [],
        "can_edit": can_edit_request(request.user, row),
        "can_publish": can_publish(request.user),
        "entries": request_entries(row),
    }
    return render(request, "objections/content/detail.html", context)


def request_create(request):
    require(can_ask_for_content(request.user))
    form_class = QueueRequestForm if can_move_requests(request.user) else RequestForm
    form = form_class(request.POST or None, initial=_asked_for(request.GET.getlist("theme")))
    if request.method == "POST" and form.is_valid():
        row = actions.request_content(by=request.user, **form.cleaned_data)
        triaged = row.state == RequestState.TRIAGED
        toast(
            request,
            "Request saved and triaged." if triaged else "Asked. Marketing looks at it within two working days.",
        )
        return redirect(row)
    context = {"form": form, "runs_queue": form_class is QueueRequestForm}
    return render(request, "objections/content/form.html", context, status=422 if form.is_bound else 200)


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


def request_move(request, pk):
    """Asks what a move needs, and makes it. What the table refuses answers 422 and says why."""
    row = get_object_or_404(ContentRequest.objects.visible_to(request.user), pk=pk)
    require(can_move_requests(request.user))
    asked = request.POST or request.GET
    to, back = asked.get("to", ""), _back(asked.get("next", ""), row)
    if request.method == "POST" and to == row.state:
        return redirect(back)
    context = {"request_row": row, "next": back, "steps": _steps(row)}
    if request.method != "POST" and not to:
        return render(request, "objections/content/move.html", context)
    try:
        transition = find_move(row, to)
        form = _move_form(request, row, transition)
        if request.method == "POST" and form.is_valid():
            _make_move(request, row, transition, form)
            return redirect(back)
        refusal, status = "", 422 if form.is_bound else 200
    except MoveRefused as refused:
        transition, form, refusal, status = None, None, str(refused), 422
    context |= {"transition": transition, "form": form, "refusal": refusal}
    return render(request, "objections/content/move.html", context, status=status)


def _move_form(request, row, transition):
    data = request.POST or None
    if transition.asks == "triage":
        return TriageForm(data, instance=row, user=request.user)
    return MoveForm(data, request=row, transition=transition)


def _make_move(request, row, transition, form):
    answers = form.cleaned_data
    if transition.asks == "triage":
        actions.triage_request(request=row, by=request.user, **answers)
        undo = ""
    else:
        move = actions.move_request(request=row, to=transition.to, by=request.user, **answers)
        undo = _undo_publishing(move)
    toast(request, f"“{row}” is now {row.get_state_display().lower()}.", undo=undo)


def _undo_publishing(move):
    """Where to take back the one publication a move made; of several each is retired on its own page."""
    if move is None or len(move.publications) != 1:
        return ""
    publication = move.publications[0]
    return reverse("objections:publication_undo", args=[publication.collateral_id, publication.pk])


def _asked_for(theme_ids):
    """What the form of a new request starts with when asked from a theme."""
    numbers = [pk for pk in theme_ids if pk.isdecimal() and len(pk) < 19]
    themes = list(Theme.objects.active().filter(pk__in=numbers)) if numbers else []
    if not themes:
        return {}
    return {"themes": themes, "title": f"Answer to “{themes[0].name}”", "brief": draft_brief(themes)}


def _back(url, row):
    """Where to go after a move: the page it was made on, if that is one of ours."""
    return url if is_path_of_ours(url) else row.get_absolute_url()


@dataclass(frozen=True)
class Step:
    """A button of a request: posts the move, or leads to the page (`url`) that asks what it needs first."""

    to: str
    label: str
    url: str = ""
    is_aside: bool = False


def _steps(row):
    steps = []
    for move in moves_open_to(row):
        url = f"{reverse('objections:request_move', args=[row.pk])}?to={move.to}" if move.needs_form else ""
        step = Step(move.to, move.label, url, move.is_aside)
        if move.to == RequestState.PUBLISHED and row.state in GROUPS["queue"][1] and missing_for(row, move.to):
            if steps:
                continue
            step = _content_step(row)
        steps.append(step)
    return steps


def _content_step(row):
    """What stands before publishing: collateral, or a version of it."""
    piece = row.collateral.filter(versions=None).first()
    if piece:
        return Step("", "Add its file or link", reverse("objections:version_create", args=[piece.pk]))
    return Step("", "Add the collateral", f"{reverse('objections:collateral_create')}?request={row.pk}")


def _board(filterset):
    """The columns with their most urgent cards. As many queries for ten requests as for a thousand."""
    states = GROUPS[filterset.group][1]
    counts = dict(filterset.qs.order_by().values_list("state").annotate(n=Count("pk")))
    ranked = filterset.qs.annotate(
        rank=Window(RowNumber(), partition_by="state", order_by=ContentRequest._meta.ordering)
    ).filter(rank__lte=IN_A_COLUMN)
    rows = _with_clocks(ContentRequest.objects.with_rows().filter(pk__in=[row.pk for row in ranked.only("pk")]))
    columns = [(RequestState(s).label, [s]) for s in states if s not in PAUSED]
    if set(PAUSED) <= set(states):
        columns.append(("Paused", PAUSED))
    return {
        "columns": [
            _column(title, [row for row in rows if row.state in wanted], wanted, counts) for title, wanted in columns
        ],
        "any": bool(counts),
    }


def _column(title, cards, wanted, counts):
    count = sum(counts.get(state, 0) for state in wanted)
    shown = cards[:IN_A_COLUMN]
    return {"title": title, "cards": shown, "count": count, "more": count - len(shown)}


def _with_clocks(rows):
    today = timezone.localdate()
    rows = list(rows)
    for row in rows:
        row.clock, row.open_moves = clock_of(row, today), moves_open_to(row)
    return rows
