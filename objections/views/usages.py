from django.shortcuts import get_object_or_404, redirect, render

from feedback.addresses import next_or
from feedback.permissions import require
from feedback.toasts import toast
from objections.actions.collateral import answer_usage
from objections.forms.collateral import HelpedForm
from objections.models import Usage
from objections.permissions import can_record_usage


def usage_answer(request, pk):
    """Whether what one used helped: in one tap, or with a word why."""
    usages = Usage.objects.filter(by=request.user).select_related("collateral", "opportunity__account")
    usage = get_object_or_404(usages, pk=pk)
    require(can_record_usage(request.user))
    form = HelpedForm(request.POST or None, instance=usage)
    if request.method == "POST" and form.is_valid():
        answer_usage(usage=Usage.objects.get(pk=pk), **form.cleaned_data)
        toast(request, "Thank you. It counts for the next who looks for an answer.")
        return redirect(next_or(request, usage.collateral))
    context = {"form": form, "usage": usage}
    return render(request, "objections/collateral/helped.html", context, status=422 if form.is_bound else 200)
