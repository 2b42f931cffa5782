"""What this app tells the audit page: themes and content requests with their moves."""

from django.urls import reverse

from feedback.audit import Change, add_source
from feedback.audit_deeds import DeedSource
from feedback.audit_history import HistorySource
from objections.models import ContentRequest, Move, Theme


def register():
    add_source(
        HistorySource(
            "theme",
            "Theme",
            Theme,
            address=lambda pk: reverse("objections:theme_detail", args=[pk]),
            left_out=("seed", "made_by"),
        )
    )
    add_source(
        HistorySource(
            "request",
            "Content request",
            ContentRequest,
            names=("title",),
            address=lambda pk: reverse("objections:request_detail", args=[pk]),
            left_out=("by", "at"),
            called={"due_on": "Due"},
        )
    )
    add_source(
        DeedSource(
            "move",
            "Content request moved",
            rows=lambda: Move.objects.select_related("request", "into"),
            on=lambda move: move.request,
            told=_told,
            names=("request__title",),
        )
    )


def _told(move):
    changes = [Change("State", move.get_from_state_display(), move.get_to_state_display())]
    if move.into:
        changes.append(Change("Into", "", str(move.into)))
    if move.routed_to:
        changes.append(Change("To", "", move.get_routed_to_display()))
    if move.why:
        changes.append(Change("Why", "", move.why))
    return "", changes
