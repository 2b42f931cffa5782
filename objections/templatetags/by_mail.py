from django import template

from objections.models.inbound import address_of

register = template.Library()


@register.simple_tag
def logging_address(user) -> str:
    """Where this person mails objections to, or nothing where no mailbox is set up."""
    return address_of(user)
