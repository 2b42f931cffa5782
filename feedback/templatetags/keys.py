from django import template

register = template.Library()


@register.filter
def key_in(at: int, keys: str) -> str:
    """The key of the choice at that place, counted from nought; empty where the keys are used up."""
    return keys[at : at + 1]
