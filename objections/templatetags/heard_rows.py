from django import template
from django.urls import reverse
from django.utils.http import urlencode

register = template.Library()


@register.simple_tag(takes_context=True)
def voices_of(context, theme, days) -> str:
    """The address of the objections of a theme that were heard on these days, on pages that are not frozen."""
    if not context.get("live"):
        return ""
    first, last = days
    heard = {"theme": theme, "heard_from": f"{first:%Y-%m-%d}", "heard_to": f"{last:%Y-%m-%d}"}
    return f"{reverse('objections:objection_list')}?{urlencode(heard)}"
