from django import template

from objections.likely import can_use_on, expected_on

register = template.Library()


@register.inclusion_tag("objections/objections/_likely.html", takes_context=True)
def likely_objections(context, opportunity):
    """Before a call on an open deal: what is likely to come up, and what works against it."""
    user = context["request"].user
    return {
        "opportunity": opportunity,
        "expected": expected_on(opportunity, user),
        "can_use": can_use_on(user, opportunity),
        "csrf_token": context["csrf_token"],
    }
