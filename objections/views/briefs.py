from django.shortcuts import get_object_or_404, redirect, render

from feedback.permissions import require
from feedback.toasts import toast
from objections.actions.briefs import BriefChanged, brief_version, write_brief
from objections.briefs import draft_brief, earlier_briefs
from objections.forms.briefs import BriefForm, with_plain_ends
from objections.models import ContentRequest
from objections.permissions import can_write_brief


def brief_edit(request, pk):
    """The brief as a document. Nothing is saved over what somebody else wrote meanwhile: both are shown."""
    row = get_object_or_404(ContentRequest.objects.visible_to(request.user), pk=pk)
    require(can_write_brief(request.user, row))
    draft, stands = draft_brief(row.themes.all()), row.brief
    page = "objections/briefs/form.html"
    context = {"request_row": row, "draft": draft, "earlier": earlier_briefs(row)}
    if request.method != "POST":
        form = BriefForm(instance=row, initial={} if stands else {"brief": draft})
        return render(request, page, context | {"form": form, "is_draft": not stands and draft})
    form = BriefForm(request.POST, instance=row)
    if "prefill" in request.POST:
        typed = with_plain_ends(request.POST.get("brief", ""))
        filled = "\n\n".join(filter(None, [typed.strip(), draft]))
        form = BriefForm(instance=row, initial={"brief": filled, "seen": request.POST.get("seen", "")[:16]})
        return render(request, page, context | {"form": form, "is_draft": bool(draft)})
    if form.is_valid():
        try:
            write_brief(request=row, brief=form.cleaned_data["brief"], seen=form.cleaned_data["seen"], by=request.user)
            toast(request, "Brief saved.")
            return redirect(row)
        except BriefChanged as changed:
            context["changed"] = changed
            form.add_error(None, str(changed))
            form.data = request.POST.copy()
            form.data["seen"] = brief_version(changed.brief)  # they have seen it now: saving again is on purpose
    return render(request, page, context | {"form": form}, status=422)
