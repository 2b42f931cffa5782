from dataclasses import replace

from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from feedback.permissions import require
from feedback.toasts import toast
from objections.actions.content import give_verdict
from objections.forms.sign_offs import SignOffForm
from objections.models.sign_offs import Opinion
from objections.permissions import can_sign_off
from objections.request_page import sign_off_asked
from objections.views.content import detail_page, rows_for_page
from objections.workflow import MoveRefused


@require_POST
def sign_off_create(request, pk):
    """It fits, or it has to change, which sends it back into production."""
    row = get_object_or_404(rows_for_page(request.user), pk=pk)
    require(can_sign_off(request.user, row))
    form = SignOffForm(request.POST)
    if form.is_valid():
        try:
            give_verdict(request=row, by=request.user, **form.cleaned_data)
        except MoveRefused as refused:
            form.add_error(None, str(refused))
        else:
            toast(request, "Signed off." if form.cleaned_data["verdict"] == Opinion.FITS else "Sent back for changes.")
            return redirect(row)
    review = sign_off_asked(row, request.user)
    shown = {"review": replace(review, form=form)} if review else {"sign_off_refused": form}
    return detail_page(request, row, status=422, **shown)
