from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from feedback import comparing
from feedback.actions import taxonomy as actions
from feedback.becoming import origins_of, promise_asked
from feedback.coding import codings
from feedback.forms.fields import is_number
from feedback.forms.taxonomy import ROW_FORMS, RetireForm
from feedback.models import Taxonomy
from feedback.permissions import can_administer, can_read_settings, require
from feedback.toasts import toast

TITLES = {
    "destinations": "Where the money went",
    "reasons": "Why we lost",
    "categories": "What objections are about",
}


def taxonomy_list(request):
    require(can_read_settings(request.user))
    people = ["started_by", "published_by", "discarded_by"]
    context = {
        "versions": Taxonomy.objects.select_related(*people),
        "current": Taxonomy.objects.current(),
        "draft": Taxonomy.objects.draft().first(),
        "can_change": can_administer(request.user),
    }
    return render(request, "feedback/taxonomy/list.html", context)


@require_POST
def taxonomy_start(request):
    require(can_administer(request.user))
    return redirect(actions.start_draft(by=request.user))


def taxonomy_promised(request):
    """Asks whether an action or a decision of a meeting is to become a change of the taxonomy, and links the draft."""
    require(can_administer(request.user))
    promise = promise_asked(request)
    if request.method == "POST":
        draft = actions.start_draft(by=request.user, promise=promise)
        toast(request, "Linked to the draft. Nobody sees its changes before it is published.")
        return redirect(draft)
    context = {"promise": promise, "draft": Taxonomy.objects.draft().first()}
    return render(request, "feedback/taxonomy/promised.html", context)


def taxonomy_detail(request, pk):
    taxonomy = _taxonomy(request, pk)
    can_change = can_administer(request.user) and taxonomy.is_draft
    context = {
        "taxonomy": taxonomy,
        "current": Taxonomy.objects.current(),
        "kinds": [_kind(kind, taxonomy) for kind in actions.KINDS],
        "can_change": can_change,
        "origins": origins_of("taxonomy", [taxonomy.pk], request.user).get(taxonomy.pk, []),
    }
    return render(request, "feedback/taxonomy/detail.html", context)


def taxonomy_compare(request, pk):
    """What a version changes of the one published before it."""
    taxonomy = _taxonomy(request, pk)
    older = comparing.before(taxonomy)
    changes = comparing.changes(taxonomy, older) if older else []
    context = {
        "taxonomy": taxonomy,
        "older": older,
        "kinds": [(title, [c for c in changes if c.kind == kind]) for kind, title in TITLES.items()],
        "n": len(changes),
        "can_publish": can_administer(request.user) and taxonomy.is_draft,
    }
    return render(request, "feedback/taxonomy/compare.html", context)


@require_POST
def taxonomy_publish(request, pk):
    draft = _taxonomy(request, pk)
    require(can_administer(request.user))
    try:
        actions.publish_taxonomy(draft=draft, by=request.user)
    except actions.Refused as refused:
        return _refused(request, refused, draft)
    toast(request, f"Version {draft.version} is in force. Reviews begun from now on use it.")
    return redirect("feedback:taxonomy_list")


@require_POST
def taxonomy_discard(request, pk):
    draft = _taxonomy(request, pk)
    require(can_administer(request.user))
    try:
        actions.discard_draft(draft=draft, by=request.user)
    except actions.Refused as refused:
        return _refused(request, refused, draft)
    toast(request, "Draft discarded. The version in force stays as it is.")
    return redirect("feedback:taxonomy_list")


def row_create(request, pk, kind):
    """A new row of the draft; `?parent=` names the reason that a second-level one belongs to."""
    draft = get_object_or_404(Taxonomy.objects.visible_to(request.user).draft(), pk=pk)
    require(can_administer(request.user))
    model = _model(kind)
    row = model(taxonomy=draft)
    parent = request.POST.get("parent") or request.GET.get("parent")
    if kind == "reasons" and parent:
        row.parent = get_object_or_404(draft.reasons.top_level().in_use(), pk=parent if is_number(parent) else 0)
    form = ROW_FORMS[model](request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.add_row(draft=draft, kind=kind, row=form.save(commit=False), by=request.user)
        except actions.Refused as refused:
            return _refused(request, refused, draft)
        return _saved(request, row, kind, f"“{row.label}” added.")
    context = {"form": form, "row": row, "kind": kind, "title": TITLES[kind], "taxonomy": draft}
    return render(request, "feedback/taxonomy/row_form.html", context, status=422 if form.is_bound else 200)


def row_edit(request, kind, pk):
    row = _row(request, kind, pk)
    form = ROW_FORMS[type(row)](request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.change_row(row=form.save(commit=False), fields=list(form.fields), by=request.user)
        except actions.Refused as refused:
            return _refused(request, refused, row.taxonomy)
        return _saved(request, row, kind, "Saved in the draft.")
    context = {"form": form, "row": row, "kind": kind, "title": TITLES[kind], "taxonomy": row.taxonomy}
    return render(request, "feedback/taxonomy/row_form.html", context, status=422 if form.is_bound else 200)


def row_retire(request, kind, pk):
    row = _row(request, kind, pk)
    form = RetireForm(request.POST if request.method == "POST" else None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.retire_row(row=row, replaced_by=form.cleaned_data["replaced_by"], by=request.user)
            return _saved(request, row, kind, f"“{row.label}” is retired in the draft.")
        except actions.Refused as refused:
            form.add_error(None, str(refused))
    coding = codings[kind]
    context = {"form": form, "row": row, "kind": kind, "taxonomy": row.taxonomy, "noun": coding.noun[1]}
    context["n"] = coding.count().get(row.code, 0)
    return render(request, "feedback/taxonomy/retire.html", context, status=422 if form.is_bound else 200)


@require_POST
def row_restore(request, kind, pk):
    return _change(request, kind, pk, actions.restore_row, "“{}” is in use again.")


@require_POST
def row_remove(request, kind, pk):
    return _change(request, kind, pk, actions.remove_row, "“{}” is taken out of the draft.")


@require_POST
def row_move(request, kind, pk):
    return _change(request, kind, pk, actions.move_row, "", up=request.POST.get("to") == "up")


def _change(request, kind, pk, action, words, **given):
    row = _row(request, kind, pk)
    try:
        action(row=row, by=request.user, **given)
    except actions.Refused as refused:
        return _refused(request, refused, row.taxonomy)
    return _saved(request, row, kind, words.format(row.label))


def _taxonomy(request, pk):
    return get_object_or_404(Taxonomy.objects.visible_to(request.user).select_related("published_by"), pk=pk)


def _model(kind):
    if kind not in actions.KINDS:
        raise Http404
    return actions.KINDS[kind]


def _row(request, kind, pk):
    """A row of the draft, which whoever may not read the taxonomy does not find and only admins change."""
    rows = _model(kind).objects.editable().filter(taxonomy__in=Taxonomy.objects.visible_to(request.user))
    links = ["taxonomy", "parent"] if kind == "reasons" else ["taxonomy"]
    row = get_object_or_404(rows.select_related(*links), pk=pk)
    require(can_administer(request.user))
    return row


def _kind(kind, taxonomy):
    """One list of the page: reasons carry their second level as `below`. Two queries and what counting takes."""
    coding, model = codings[kind], actions.KINDS[kind]
    counts = coding.count()
    published = set(model.objects.in_force().values_list("code", flat=True))
    rows = list(model.objects.filter(taxonomy=taxonomy).select_related("replaced_by"))
    for row in rows:
        row.n = counts.get(row.code, 0)
        row.is_new = row.code not in published
        row.below = [each for each in rows if getattr(each, "parent_id", None) == row.pk]
    top = [row for row in rows if getattr(row, "parent_id", None) is None]
    return {"kind": kind, "title": TITLES[kind], "noun": coding.noun, "rows": top, "n": len(rows)}


def _saved(request, row, kind, words):
    if words:
        toast(request, words)
    return redirect(f"{row.taxonomy.get_absolute_url()}#{kind}-{row.pk}")


def _refused(request, refused, taxonomy):
    messages.error(request, str(refused))
    return redirect(taxonomy)
