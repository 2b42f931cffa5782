"""What the private calendar shows of content."""

from feedback.feeds import Entry, add_source
from objections.models import ContentRequest


def requests(user):
    mine = ContentRequest.objects.visible_to(user).running().filter(owner=user).exclude(due_on=None)
    for request in mine:
        yield Entry(
            f"request-{request.pk}", request.due_on, f"Content due: {request.title}", request.get_absolute_url()
        )


def register():
    add_source("requests", requests)
