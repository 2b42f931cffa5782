from django import template

register = template.Library()


@register.simple_tag
def halves_for(two, user) -> list[str]:
    """The halves of a note that may be two, as this person may read them."""
    return two.halves_for(user)
