"""What this app tells the audit page."""

from django.urls import reverse

from feedback.audit import add_source
from feedback.audit_deeds import DeedSource
from feedback.audit_history import HistorySource
from feedback.becoming import kinds
from feedback.models import (
    Becoming,
    Category,
    Company,
    Competitor,
    CompetitorMerge,
    DefinitionProposal,
    Destination,
    Endpoint,
    Exclusion,
    ExclusionRule,
    Holiday,
    Judgement,
    Pack,
    Reason,
    Segment,
    Series,
    Taxonomy,
    Team,
    User,
)
from feedback.permissions import can_administer


def register():
    add_source(
        HistorySource(
            "person",
            "Person",
            User,
            address=lambda pk: reverse("feedback:person_detail", args=[pk]),
            called={"is_superuser": "Admin", "email": "E-mail address"},
        )
    )
    add_source(HistorySource("team", "Team", Team, address=_team, opens=can_administer))
    add_source(HistorySource("company", "Company settings", Company, address=_company, opens=can_administer))
    add_source(HistorySource("webhook", "Webhook", Endpoint, address=_webhook))
    holidays = {"address": lambda pk: reverse("feedback:holiday_list")}
    add_source(HistorySource("holiday", "Holiday", Holiday, **holidays))
    add_source(HistorySource("segment", "Segment", Segment, names=("value",)))
    add_source(HistorySource("series", "Series of meetings", Series, address=_series))
    for key, model in (("destination", Destination), ("reason", Reason), ("category", Category)):
        label = model._meta.verbose_name.capitalize()
        add_source(HistorySource(key, label, model, names=("label",), address=_taxonomy, left_out=("taxonomy",)))
    add_source(HistorySource("competitor", "Competitor", Competitor, address=_competitor))
    add_source(_merge("competitors-merged", "Competitors merged", ""))
    add_source(_merge("competitors-parted", "Competitors parted again", "undone_"))
    for done in ("started", "ended"):
        add_source(_rule(done))
    add_source(_exclusion("deal-excluded", "Review not due", ""))
    add_source(_exclusion("deal-counted", "Review due again", "undone_"))
    for done in ("started", "published", "discarded"):
        add_source(_version(done))
    for done, label, which in (
        ("judged", "Decision judged", ""),
        ("unjudged", "Decision open again", "undone_"),
    ):
        add_source(_judgement(f"decision-{done}", label, which))
    add_source(_link("promise-became", "Promise of a meeting linked", ""))
    add_source(_link("promise-parted", "Promise of a meeting parted", "undone_"))
    add_source(_proposal())
    add_source(_pack("meeting-closed", "Meeting closed", "closed"))
    add_source(_pack("meeting-reopened", "Meeting reopened", "reopened"))


def _team(pk):
    return reverse("feedback:team_edit", args=[pk])


def _webhook(pk):
    return reverse("feedback:webhook_detail", args=[pk])


def _series(pk):
    return reverse("feedback:series_detail", args=[pk])


def _company(pk):
    return reverse("feedback:company")


def _taxonomy(pk):
    return reverse("feedback:taxonomy_list")


def _competitor(pk):
    return reverse("feedback:competitor_detail", args=[pk])


def _merge(key, label, undone):
    deed = "parted from" if undone else "merged into"
    return DeedSource(
        key,
        label,
        rows=lambda: CompetitorMerge.objects.filter(**{f"{undone}by__isnull": False}).select_related(
            "competitor", "into"
        ),
        on=lambda merge: merge.competitor,
        told=lambda merge: (f"{deed} “{merge.into}”", []),
        names=("competitor__name", "into__name"),
        at=f"{undone}at",
        by=f"{undone}by",
    )


def _rule(done):
    return DeedSource(
        f"rule-{done}",
        f"Exclusion rule {done}",
        rows=lambda: ExclusionRule.objects.filter(**{f"{done}_by__isnull": False}),
        on=lambda rule: rule,
        told=lambda rule: (done, []),
        names=("reason",),
        at=f"{done}_at",
        by=f"{done}_by",
    )


def _exclusion(key, label, undone):
    def told(exclusion):
        what = "left out of reminders" if exclusion.reminders_only else "left out of reviews"
        return (f"no longer {what}" if undone else f"{what}: {exclusion.reason}"), []

    return DeedSource(
        key,
        label,
        rows=lambda: Exclusion.objects.filter(**{f"{undone}at__isnull": False}).select_related("opportunity__account"),
        on=lambda exclusion: exclusion.opportunity,
        told=told,
        names=("reason", "opportunity__name"),
        at=f"{undone}at",
        by=f"{undone}by",
    )


def _version(done):
    return DeedSource(
        f"taxonomy-{done}",
        f"Taxonomy {done}",
        rows=lambda: Taxonomy.objects.filter(**{f"{done}_by__isnull": False}),
        on=lambda taxonomy: taxonomy,
        told=lambda taxonomy: (done, []),
        names=("version",),
        at=f"{done}_at",
        by=f"{done}_by",
    )


def _judgement(key, label, undone):
    return DeedSource(
        key,
        label,
        rows=lambda: Judgement.objects.filter(**{f"{undone}by__isnull": False}).select_related("decision__meeting"),
        on=lambda said: said.decision,
        told=lambda said: ("open again" if undone else f"{said.get_verdict_display().lower()}: {said.why}", []),
        names=("why", "decision__text"),
        at=f"{undone}at",
        by=f"{undone}by",
    )


def _link(key, label, undone):
    def told(row):
        what = f"{kinds[row.kind].noun if row.kind in kinds else row.kind} {row.number}"
        return f"{'no longer linked to' if undone else 'became'} {what}", []

    return DeedSource(
        key,
        label,
        rows=lambda: Becoming.objects.filter(**{f"{undone}by__isnull": False}).select_related(
            "action__meeting", "decision__meeting"
        ),
        on=lambda row: row.promise,
        told=told,
        names=("action__text", "decision__text"),
        at=f"{undone}at",
        by=f"{undone}by",
    )


def _proposal():
    def told(row):
        return f"{row.get_state_display().lower()}{f': {row.answer}' if row.answer else ''}", []

    return DeedSource(
        "definition-decided",
        "Wording of a definition decided",
        rows=lambda: DefinitionProposal.objects.filter(decided_by__isnull=False),
        on=lambda row: row,
        told=told,
        names=("slug", "why"),
        at="decided_at",
        by="decided_by",
    )


def _pack(key, label, done):
    def rows():
        return Pack.objects.defer("content", "html").filter(**{f"{done}_at__isnull": False}).select_related("meeting")

    def told(pack):
        return f"{done}, version {pack.version}", []

    return DeedSource(
        key,
        label,
        rows=rows,
        on=lambda pack: pack.meeting,
        told=told,
        names=("meeting__first_day",),
        at=f"{done}_at",
        by=f"{done}_by",
    )
