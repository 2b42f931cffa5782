from django.shortcuts import render

from feedback.administration import pages_for
from feedback.permissions import can_administer, can_read_settings, require


def settings(request):
    """Where everything is that only admins change."""
    require(can_read_settings(request.user))
    context = {"pages": pages_for(request.user), "can_administer": can_administer(request.user)}
    return render(request, "feedback/settings.html", context)
