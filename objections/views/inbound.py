"""Where a person mails objections to."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from feedback.toasts import toast
from objections.actions.inbound import renew_address
from objections.inbound.messages import MOST_BYTES
from objections.inbound.taking import LONGEST
from objections.models.inbound import address_of


def mail_address(request):
    context = {"address": address_of(request.user), "longest": LONGEST, "most": MOST_BYTES // 1_000_000}
    return render(request, "objections/objections/by_mail.html", context)


@require_POST
def mail_address_renew(request):
    renew_address(person=request.user)
    toast(request, "You have a new address. Nothing is logged from the one before any more.")
    return redirect("objections:mail_address")
