"""What people have in this app: content requests in the queue, and collateral that they look after."""

from django.urls import reverse

from feedback.belongings import Belonging, add_belonging
from objections.models import Collateral, ContentRequest
from objections.permissions import can_move_requests, can_publish


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
    add_belonging(
        Belonging(
            "collateral",
            35,
            "piece of collateral",
            "pieces of collateral",
            of=lambda person: Collateral.objects.filter(owner=person).exclude(
                pk__in=Collateral.objects.retired().values("pk")
            ),
            may_take=can_publish,
            whom="It is owned by marketers and leaders.",
            hand_over=_hand_over_collateral,
        )
    )


def _hand_over_collateral(*, holder, to, by):
    retired = Collateral.objects.retired().values("pk")
    pieces = Collateral.objects.filter(owner=holder).exclude(pk__in=retired)
    pieces = list(pieces.select_for_update(of=["self"]).order_by("pk"))
    for piece in pieces:
        piece.owner, piece._history_user = to, by
        piece.save(update_fields=["owner"])
    return len(pieces)


def _hand_over(*, holder, to, by):
    requests = ContentRequest.objects.unfinished().filter(owner=holder)
    requests = list(requests.select_for_update(of=["self"]).order_by("pk"))
    for request in requests:
        request.owner, request._history_user = to, by
        request.save(update_fields=["owner"])
    return len(requests)
