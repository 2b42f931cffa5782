from django.shortcuts import get_object_or_404, render
from django.views.decorators.vary import vary_on_headers

from feedback.models import Opportunity
from objections.likely import can_use_on, expected_on


@vary_on_headers("HX-Request")
def likely(request, deal):
    """Before a call on an open deal: what is likely to come up, and what works against it.

    Its deal's page comes without it and asks for it: at 50,000 deals it takes longer than all the rest of that page.
    """
    deals = Opportunity.objects.visible_to(request.user).open().select_related("account")
    opportunity = get_object_or_404(deals, pk=deal)
    context = {
        "opportunity": opportunity,
        "expected": expected_on(opportunity, request.user),
        "can_use": can_use_on(request.user, opportunity),
    }
    template = "objections/likely/_likely.html" if request.htmx else "objections/likely/likely.html"
    return render(request, template, context)
