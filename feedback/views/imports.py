from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from feedback import exports
from feedback.actions import imports as actions
from feedback.csv_export import stream_csv
from feedback.forms.imports import MOST_BYTES, ImportForm
from feedback.importing.column_map import EXAMPLE
from feedback.importing.kinds import ALIASES
from feedback.models import Import, Opportunity
from feedback.paging import page_of
from feedback.permissions import can_import, can_read_imports, require
from feedback.toasts import toast
from feedback.uploads import takes_files

PER_PAGE = 50


def import_list(request):
    require(can_read_imports(request.user))
    imports = Import.objects.visible_to(request.user).for_list()
    page = page_of(imports, request.GET.get("page"), PER_PAGE)
    context = {"page": page, "can_import": can_import(request.user)}
    return render(request, "feedback/imports/list.html", context)


def import_export(request):
    require(can_read_imports(request.user))
    return exports.download("imports", exports.IMPORTS, Import.objects.visible_to(request.user).for_list())


@takes_files(MOST_BYTES)
def import_create(request):
    require(can_import(request.user))
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        parent = actions.start_import(column_map=answers.pop("map"), by=request.user, **answers)
        return redirect(parent)
    context = {"form": form, "example": EXAMPLE, "fields": list(ALIASES)}
    return render(request, "feedback/imports/form.html", context, status=422 if form.is_bound else 200)


@vary_on_headers("HX-Request")
def import_detail(request, pk):
    parent = get_object_or_404(Import.objects.visible_to(request.user).for_list(), pk=pk)
    template = "feedback/imports/_import.html" if request.htmx else "feedback/imports/detail.html"
    return render(request, template, _detail(request, parent))


@require_GET
def import_remarks(request, pk):
    """All remarks as CSV; a cell that a spreadsheet would take for a formula begins with an apostrophe."""
    parent = get_object_or_404(Import.objects.visible_to(request.user), pk=pk)
    heads = ["level", "file", "line", "column", "remark", "rows"]
    remarks = parent.remarks.values_list("level", "file", "line", "column", "text", "rows").iterator()
    return stream_csv(f"import-{pk}-remarks.csv", heads, remarks)


@require_POST
def import_repeat(request, pk):
    """The real import of a dry run's files."""
    dry_run = get_object_or_404(Import.objects.visible_to(request.user).filter(dry_run=True), pk=pk)
    require(can_import(request.user))
    real = actions.repeat_import(dry_run=dry_run, by=request.user)
    if real is None:
        toast(request, "The files are gone by now. Upload them again.")
        return redirect("feedback:import_create")
    return redirect(real)


@require_POST
def import_undo(request, pk):
    parent = get_object_or_404(Import.objects.visible_to(request.user).taken_in().for_list(), pk=pk)
    require(can_import(request.user))
    actions.undo_import(parent=parent, by=request.user)
    return redirect(parent)


def _detail(request, parent):
    return {
        "import": parent,
        "page": page_of(parent.remarks.all(), request.GET.get("page"), PER_PAGE),
        "files": parent.files.all(),
        "can_import": can_import(request.user),
        "has_files": parent.files.exclude(file="").exists(),
        **_owed(parent),
    }


def _owed(parent):
    """How many reviews the deals of a finished import's source owe by now, and how many of them fall to nobody."""
    if parent.dry_run or parent.undone_at or not parent.ended_at:
        return {}
    owing = Opportunity.objects.owing_review().filter(source__name=parent.source)
    return {"owed": owing.count(), "owed_by_nobody": owing.for_nobody().count()}
