"""What people have in this app: content requests in the queue."""

from django.urls import reverse

from feedback.belongings import Belonging, add_belonging
from objections.models import ContentRequest
from objections.permissions import can_move_requests


def register():
    add_belonging(
        Belonging(
            "requests",
            30,
            "content request",
            "content requests",
            of=lambda person: ContentRequest.objects.unfinished().filter(owner=person),
            may_take=can_move_requests,
            whom="They are owned by marketers and leaders.",
            hand_over=_hand_over,
            address=lambda person: f"{reverse('objections:request_list')}?view=table&owner={person.pk}",
        )
    )


def _hand_over(*, holder, to, by):
    requests = ContentRequest.objects.unfinished().filter(owner=holder)
    requests = list(requests.select_for_update(of=["self"]).order_by("pk"))
    for request in requests:
        request.owner, request._history_user = to, by
        request.save(update_fields=["owner"])
    return len(requests)
