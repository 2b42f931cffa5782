"""What this app tells the audit page: themes, content requests with their moves, links that leave the portal."""

from django.urls import reverse

from feedback.audit import Change, add_source
from feedback.audit_deeds import DeedSource
from feedback.audit_history import HistorySource
from objections.models import ContentRequest, Move, Pin, Routing, RoutingNote, ShareLink, Theme
from objections.models.triage import ROUTED


def register():
    add_source(
        HistorySource(
            "theme",
            "Theme",
            Theme,
            address=lambda pk: reverse("objections:theme_detail", args=[pk]),
            left_out=("seed", "made_by"),
            told_elsewhere=ROUTED,
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
    for done, which in (("pinned", ""), ("unpinned", "undone_")):
        add_source(_of_theme(f"pin-{done}", f"Theme {done}", Pin, which, _pinned))
    add_source(_of_theme("routing-routed", "Theme routed", Routing, "", _routed))
    add_source(_of_theme("routing-taken-back", "Theme's routing ended", Routing, "ended_", _routing_ended))
    add_source(
        DeedSource(
            "routing-note",
            "What came of a routed theme",
            rows=lambda: RoutingNote.objects.select_related("routing__theme"),
            on=lambda note: note.routing.theme,
            told=lambda note: ("", [Change("Note", "", note.text)]),
            names=("routing__theme__name",),
        )
    )
    add_source(_link("made", "Link shared", ""))
    add_source(_link("ended", "Link ended", "revoked_"))


def _of_theme(key, label, model, which, told):
    """`which` is how the columns of the deed begin: nothing for doing it, else for ending it."""
    return DeedSource(
        key,
        label,
        rows=lambda: model.objects.filter(**{f"{which}by__isnull": False}).select_related("theme"),
        on=lambda row: row.theme,
        told=told,
        names=("theme__name",),
        at=f"{which}at",
        by=f"{which}by",
    )


def _pinned(pin):
    return "", [Change("Reason", "", pin.reason)]


def _routed(routing):
    team = Change("To", routing.get_from_owner_display(), routing.get_to_display())
    return "", [team, Change("Why", "", routing.why)]


def _routing_ended(routing):
    return "", [Change("To", "", routing.get_to_display()), Change("Why", "", routing.why)]


def _link(done, label, ended):
    def told(link):
        return f"{done} for {link.opportunity}" if link.opportunity else done, []

    return DeedSource(
        f"share-link-{done}",
        label,
        rows=lambda: ShareLink.objects.filter(**{f"{ended}by__isnull": False}).select_related(
            "collateral", "opportunity__account"
        ),
        on=lambda link: link.collateral,
        told=told,
        names=("collateral__title",),
        at=f"{ended}at",
        by=f"{ended}by",
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
