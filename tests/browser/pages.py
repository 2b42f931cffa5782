"""Every page of the portal, by address, on the scene that the test of access uses."""

import numpy as np
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from feedback import meetings
from feedback.actions.agenda_sections import add_section, leave_out_section
from feedback.actions.decisions import add_action, add_decision
from feedback.actions.meetings import close_meeting, reopen_meeting, write_note
from feedback.metrics import last_months
from feedback.models import Action, AgendaSection, Decision, Job
from objections.models import Build, Proposal
from objections.nlp.lens import width
from objections.nlp.settings import read_section
from objections.theming.vectors import store_vectors
from tests.factories import make_lost, make_meeting, make_objection, make_review, make_won, place
from tests.test_access import PAGES, PUBLIC, address

NOT_PAGES = {  # files, a part of a page
    "feedback:import_remarks",
    "feedback:unsent_person",
    "feedback:meeting_news",
    "feedback:preparation_detail",
    "feedback:meeting_slides",
    "feedback:meeting_pdf",
    "feedback:meeting_markdown",
    "feedback:meeting_calendar",
    "objections:version_file",
    "objections:objection_deals",
    "objections:reason_check",
    "objections:noted_detail",
    "feedback:saved_filter_edit",  # the rep's own
    "objections:usage_answer",  # the same
    "objections:comment_edit",  # the same
    "feedback:second_factor_end",  # lead elsewhere while there is no second factor
    "feedback:recovery_codes",
    "api:docs",  # Swagger's own layout inside our frame; test_axe opens it by itself
}
LISTS = [
    "feedback:person_list",
    "feedback:team_list",
    "feedback:webhook_list",
    "feedback:home",
    "feedback:search",
    "feedback:opportunity_list",
    "feedback:review_owed",
    "feedback:review_list",
    "feedback:meeting_list",
    "feedback:series_list",
    "feedback:meeting_trends",
    "feedback:definition_list",
    "feedback:notification_list",
    "feedback:import_list",
    "feedback:audit_list",
    "objections:objection_list",
    "objections:objection_mine",
    "objections:theme_list",
    "objections:theme_unthemed",
    "objections:theme_triage",
    "objections:theme_routed",
    "objections:pile",
    "objections:map",
    "objections:theme_loop",
    "objections:theme_learning",
    "objections:proposal_list",
    "objections:build_list",
    "objections:request_list",
    "objections:request_calendar",
    "objections:collateral_list",
]


def add_states(scene, *, rep, leader):
    """Adds what the scene lacks because no address asks for it: a full pack, a won deal, a trial to repeat, a build."""
    month = last_months(timezone.localdate(), 2)[0]
    lost = make_lost("Last month's", account="Hansa", amount=90_000, owner=rep, closed_on=month)
    make_review(lost, author=rep, would_have_changed="A fixed price")
    place(make_objection("dearer than the others", author=rep, opportunity=lost, heard_on=month), scene.theme)
    scene.past = make_meeting(month, by=leader, facilitator=leader)
    write_note(meeting=scene.past, section="reasons", text="Price again", by=leader)
    add_decision(meeting=scene.past, decision=Decision(text="Hold the price", proof="two wins"), by=leader)
    add_action(meeting=scene.past, action=Action(text="Write it", owner=rep, due_on=timezone.localdate()), by=leader)
    close_meeting(meeting=scene.past, by=leader)
    own = AgendaSection(title="A guest", prompt="What would they have bought?")
    add_section(meeting=scene.meeting, section=own, by=leader)
    leave_out_section(meeting=scene.meeting, key="shipped", by=leader)
    reopen_meeting(meeting=scene.closed, by=leader)  # its pack has no sections: it is closed again with all
    close_meeting(meeting=scene.closed, by=leader)
    scene.trial.files.create(name="deals.csv", file=ContentFile(b"Opportunity ID;Stage\n", "deals.csv"))
    scene.won = make_won("Won", owner=rep)
    scene.later = add_later_build(scene, by=leader)
    scene.running = Build.objects.create(job=Job.objects.create(kind="build_themes"), by=leader)


def add_group(scene, *, rep, marketer, monkeypatch):
    """Notes that the pile offers together: they have the vector of four that a person placed, which is enough here."""
    monkeypatch.setattr(
        "objections.nlp.curating.read_section",
        lambda name: read_section(name) | ({"least": 4} if name == "curator" else {}),
    )
    vector = np.eye(1, width(), dtype=np.float32)[0]
    placed = [make_objection(f"no parking {number}", author=rep) for number in range(4)]
    alike = [*placed, *(make_objection(f"nowhere to park {number}", author=rep) for number in range(3))]
    for voice in placed:
        place(voice, scene.theme, by=marketer)
    store_vectors([(voice.pk, voice.text, vector) for voice in alike])


def add_later_build(scene, *, by):
    """A build after that of the scene: one proposal new, one decided, one gone since, and all that its page says."""
    grounds = {"objections": ["a", 2], "encoder": ["reader:lens", 1], "settings": ["b", 1]}
    Build.objects.filter(pk=scene.build.pk).update(stands_on=grounds | {"objections": ["c", 1]})
    job = Job.objects.create(kind="build_themes", state="done")
    phases = [["reading objections", 0.5]]
    later = Build.objects.create(job=job, by=by, ended_at=timezone.now(), stands_on=grounds, phases=phases)
    said = {"why": "They read alike", "theme": scene.theme, "kind": "rename", "name": "Costs"}
    Proposal.objects.create(build=scene.build, state="stale", gone="It was raised since.", **said)
    Proposal.objects.create(build=later, confidence=0.8, again="Rejected before", **said)
    Proposal.objects.create(build=later, state="rejected", decided_by=by, decided_at=timezone.now(), **said)
    return later


def visit(page, url, status=200):
    """Opens an address, which must answer itself: where it leads elsewhere, that other page would be looked at."""
    answer = page.goto(url)
    assert answer.status == status, f"{url} answered {answer.status}"
    assert answer.request.redirected_from is None, f"{url} led to {page.url}"


def all_pages(scene) -> dict[str, str]:
    """Name → address of all that a GET shows as a page, and of the same pages in other states."""
    pages = {
        name: address(name, scene, needs)
        for name, (needs, method, _) in PAGES.items()
        if method == "get" and name not in NOT_PAGES and not name.endswith("_export")
    }
    run = reverse("feedback:meeting_run", args=[scene.meeting.pk])
    pages |= {f"run {each.key}": f"{run}?section={each.key}" for each in meetings.sections_of(scene.meeting)}
    pages["own section of an agenda"] = reverse("feedback:agenda_section_edit", args=[scene.meeting.pk, "own-1"])
    return pages | {
        "closed meeting": scene.past.get_absolute_url(),
        "meeting closed twice": scene.closed.get_absolute_url(),
        "summary of a full meeting": reverse("feedback:meeting_summary", args=[scene.past.pk]),
        "request from an action": f"{reverse('objections:request_create')}?action={scene.action.pk}",
        "route from an action": f"{reverse('objections:routing_start')}?action={scene.action.pk}",
        "wording from a decision": f"{reverse('feedback:definition_proposal_start')}?decision={scene.decision.pk}",
        "taxonomy from an action": f"{reverse('feedback:taxonomy_promised')}?action={scene.action.pk}",
        "reopen": reverse("feedback:meeting_reopen", args=[scene.past.pk]),
        "close": reverse("feedback:meeting_close", args=[scene.meeting.pk]),
        "open deal": scene.open.get_absolute_url(),
        "won deal": scene.won.get_absolute_url(),
        "review of a won deal": reverse("feedback:review_edit", args=[scene.won.pk]),
        "submitted review": scene.review.get_absolute_url(),
        "withdrawn objection": scene.withdrawn.get_absolute_url(),
        "published collateral": scene.collateral.get_absolute_url(),
        "shared with a buyer": reverse("objections:share_link_open", args=[scene.share_link.token]),
        "requests as a table": f"{reverse('objections:request_list')}?view=table",
        "requests in lanes": f"{reverse('objections:request_list')}?lanes=owner",
        "requests in lanes of types": f"{reverse('objections:request_list')}?lanes=type",
        "request in review": scene.reviewed_request.get_absolute_url(),
        "merged request": scene.merged_request.get_absolute_url(),
        "moves": reverse("objections:request_move", args=[scene.request.pk]),
        "routed theme": scene.routed_theme.get_absolute_url(),
        "theme pinned in triage": scene.waiting_theme.get_absolute_url(),
        "triage of nothing": f"{reverse('objections:theme_triage')}?q=qqq",
        "map of a theme": f"{reverse('objections:map')}?theme={scene.theme.pk}",
        "later build": scene.later.get_absolute_url(),
        "running build": scene.running.get_absolute_url(),
        "import on trial": scene.trial.get_absolute_url(),
        "saving a filter": f"{reverse('feedback:saved_filter_create', args=['deals'])}?outcome=lost",
        "deals by a saved filter": f"{reverse('feedback:opportunity_list')}?outcome=lost",
        "bad filter": f"{reverse('feedback:opportunity_list')}?outcome=x",
        "found": f"{reverse('feedback:search')}?q=too",
        "found nothing": f"{reverse('objections:objection_list')}?q=qqq",
    }


NO_PUBLIC_PAGES = {  # for machines, or leading elsewhere without a token, a sign-in begun or a provider
    "healthz",
    "readyz",
    "metrics",
    "second_factor",
    "oidc_login",
    "oidc_callback",
    "feedback:feed",
    "feedback:first_run",
    "feedback:invitation_accept",
    "objections:manifest",
    "objections:service_worker",
    "objections:share_link_open",
    "feedback:digest_off",
}


def public_pages() -> dict[str, str]:
    return {name: reverse(name, kwargs=kwargs) for name, kwargs in PUBLIC.items() if name not in NO_PUBLIC_PAGES}
