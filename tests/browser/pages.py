"""Every page of the portal, by address, on the scene that the test of access uses."""

from django.urls import reverse
from django.utils import timezone

from feedback import meetings
from feedback.actions.meetings import add_action, add_decision, close_meeting, reopen_meeting, write_note
from feedback.metrics import last_months
from feedback.models import Action, Decision, Job
from objections.models import Build
from tests.factories import make_lost, make_meeting, make_objection, make_review, make_won, place
from tests.test_access import PAGES, PUBLIC, address

NOT_PAGES = {"feedback:import_remarks", "objections:version_file", "objections:objection_deals"}  # files, a part
LISTS = [
    "feedback:home",
    "feedback:search",
    "feedback:opportunity_list",
    "feedback:review_owed",
    "feedback:review_list",
    "feedback:meeting_list",
    "feedback:definition_list",
    "feedback:notification_list",
    "feedback:import_list",
    "objections:objection_list",
    "objections:theme_list",
    "objections:theme_unthemed",
    "objections:proposal_list",
    "objections:request_list",
    "objections:collateral_list",
]


def add_states(scene, *, rep, leader):
    """Adds what the scene lacks because no address asks for it: a true pack, a won deal, a build that runs."""
    month = last_months(timezone.localdate(), 2)[0]
    lost = make_lost("Last month's", account="Hansa", amount=90_000, owner=rep, closed_on=month)
    make_review(lost, author=rep, would_have_changed="A fixed price")
    place(make_objection("dearer than the others", author=rep, opportunity=lost, heard_on=month), scene.theme)
    scene.past = make_meeting(month, by=leader, facilitator=leader)
    write_note(meeting=scene.past, section="reasons", text="Price again", by=leader)
    add_decision(meeting=scene.past, decision=Decision(text="Hold the price", proof="two wins"), by=leader)
    add_action(meeting=scene.past, action=Action(text="Write it", owner=rep, due_on=timezone.localdate()), by=leader)
    close_meeting(meeting=scene.past, by=leader)
    reopen_meeting(meeting=scene.closed, by=leader)  # its pack is only a row: it is closed again with a true one
    close_meeting(meeting=scene.closed, by=leader)
    scene.won = make_won("Won", owner=rep)
    scene.running = Build.objects.create(job=Job.objects.create(kind="build_themes"), by=leader)


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
        if method == "get" and name not in NOT_PAGES
    }
    run = reverse("feedback:meeting_run", args=[scene.meeting.pk])
    pages |= {f"run {key}": f"{run}?section={key}" for key in meetings.sections}
    return pages | {
        "closed meeting": scene.past.get_absolute_url(),
        "meeting closed twice": scene.closed.get_absolute_url(),
        "reopen": reverse("feedback:meeting_reopen", args=[scene.past.pk]),
        "close": reverse("feedback:meeting_close", args=[scene.meeting.pk]),
        "open deal": scene.open.get_absolute_url(),
        "won deal": scene.won.get_absolute_url(),
        "review of a won deal": reverse("feedback:review_edit", args=[scene.won.pk]),
        "submitted review": scene.review.get_absolute_url(),
        "withdrawn objection": scene.withdrawn.get_absolute_url(),
        "published collateral": scene.collateral.get_absolute_url(),
        "requests as a table": f"{reverse('objections:request_list')}?view=table",
        "moves": reverse("objections:request_move", args=[scene.request.pk]),
        "running build": scene.running.get_absolute_url(),
        "import on trial": scene.trial.get_absolute_url(),
        "found": f"{reverse('feedback:search')}?q=too",
        "found nothing": f"{reverse('objections:objection_list')}?q=qqq",
    }


def public_pages() -> dict[str, str]:
    return {name: reverse(name, kwargs=kwargs) for name, kwargs in PUBLIC.items() if name != "feedback:first_run"}
