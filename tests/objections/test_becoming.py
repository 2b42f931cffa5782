"""An action of a meeting becomes a content request or a theme route, stays linked, and hears how that ends."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.actions.becomings import link_promise, restore_link, undo_link
from feedback.actions.decisions import end_action
from feedback.actions.judgements import judge_decision
from feedback.actions.meetings import close_meeting
from feedback.actions.taxonomy import discard_draft
from feedback.becoming import became_of
from feedback.models import Action, Becoming, Decision, Taxonomy
from objections.actions.content import move_request
from objections.actions.routings import note_on_routing, restore_routing, route_theme, take_back_theme, undo_routing
from objections.models import ContentRequest, Routing
from tests.factories import make_meeting, make_objection, make_request, make_theme, place


@pytest.fixture
def meeting(leader):
    return make_meeting(by=leader)


@pytest.fixture
def action(meeting, marketer, leader):
    due = timezone.localdate() + timedelta(days=12)
    return Action.objects.create(meeting=meeting, text="Write the cost sheet", owner=marketer, due_on=due, by=leader)


@pytest.fixture
def theme(db):
    return make_theme("Cost unclear")


def run_of(meeting, section="decisions"):
    return f"{reverse('feedback:meeting_run', args=[meeting.pk])}?section={section}"


def asked(name, promise, back):
    return f"{reverse(name)}?action={promise.pk}&next={back}"


def test_the_run_offers_what_an_action_can_become_to_those_who_may(meeting, action, leader, marketer, admin, sign_in):
    def offers(user):
        page = sign_in(user).get(run_of(meeting)).content.decode()
        words = ("Content request", "Theme route", "Definition change", "Taxonomy change")
        return [each for each in words if f'">{each}</a>' in page]

    assert offers(marketer) == offers(leader) == ["Content request", "Theme route", "Definition change"]
    assert offers(admin) == ["Content request", "Theme route", "Definition change", "Taxonomy change"]


def test_its_form_is_filled_in_from_the_action(action, leader, sign_in):
    form = sign_in(leader).get(f"{reverse('objections:request_create')}?action={action.pk}").context["form"]
    assert form.initial["title"] == "Write the cost sheet"
    assert form.initial["brief"] == "Write the cost sheet"
    assert (form.initial["owner"], form.initial["due_on"]) == (action.owner_id, action.due_on)


def test_the_meeting_is_named_once_everybody_may_see_it_and_until_then_the_form_says_who_reads(
    meeting, action, leader, sign_in
):
    def form_of(name):
        answer = sign_in(leader).get(f"{reverse(name)}?action={action.pk}")
        return answer.context["form"].initial, "Everybody who signs in reads what you" in answer.content.decode()

    for name, field in (("objections:request_create", "brief"), ("objections:routing_start", "why")):
        initial, warns = form_of(name)
        assert (initial[field], warns) == ("Write the cost sheet", True)
    close_meeting(meeting=meeting, by=leader)
    for name, field in (("objections:request_create", "brief"), ("objections:routing_start", "why")):
        initial, warns = form_of(name)
        assert "losed-lost review of" in initial[field]
        assert not warns


def test_what_the_owner_cannot_own_is_not_filled_in(meeting, rep, leader, sign_in):
    today = timezone.localdate()
    action = Action.objects.create(meeting=meeting, text="Sell", owner=rep, due_on=today, by=leader)
    form = sign_in(leader).get(f"{reverse('objections:request_create')}?action={action.pk}").context["form"]
    assert {"owner", "due_on"} & set(form.initial) == set()


def test_it_becomes_a_request_that_leads_back_to_the_meeting_with_its_state(meeting, action, theme, leader, sign_in):
    client, back = sign_in(leader), run_of(meeting)
    url = asked("objections:request_create", action, back)
    given = {"title": "Cost sheet", "type": "pricing sheet", "themes": [theme.pk], "size": "standard", "next": back}
    assert client.post(url, given | {"themes": []}).status_code == 422
    assert not Becoming.objects.exists()
    assert client.post(url, given).url == back

    row = ContentRequest.objects.get()
    page = client.get(back).content.decode()
    assert "Became content request" in page
    assert f'<a href="{row.get_absolute_url()}">Cost sheet</a>' in page
    assert '<span class="pill pill-info">New</span>' in page
    assert "Write the cost sheet" in client.get(row.get_absolute_url()).content.decode()


def test_the_request_says_where_it_came_from_only_to_those_who_see_the_meeting(
    meeting, action, theme, leader, rep, sign_in
):
    row = make_request(by=leader, themes=[theme])
    link_promise(promise=action, kind="request", number=row.pk, by=leader)
    assert "Write the cost sheet" not in sign_in(rep).get(row.get_absolute_url()).content.decode()
    close_meeting(meeting=meeting, by=leader)
    assert "Write the cost sheet" in sign_in(rep).get(row.get_absolute_url()).content.decode()


def test_a_closed_meeting_keeps_the_state_it_saw_and_shows_todays_beside_it(meeting, action, theme, leader, sign_in):
    row = make_request("Sheet", by=leader, themes=[theme])
    link_promise(promise=action, kind="request", number=row.pk, by=leader)
    pack = close_meeting(meeting=meeting, by=leader)
    assert "href=" not in pack.html
    move_request(request=row, to="declined", why="Nobody needs it", by=leader)

    page = sign_in(leader).get(meeting.get_absolute_url())
    assert "New" in pack.html
    assert pack.html in page.content.decode()
    (shown,) = page.context["actions"]
    assert (shown.became[0].thing.state, shown.ripe) == ("Declined", "What it became is over. Is it done?")


def test_the_owner_is_told_once_when_it_ends_and_not_of_their_own_deed(action, theme, leader, marketer):
    row = make_request("Sheet", by=leader, themes=[theme])
    link_promise(promise=action, kind="request", number=row.pk, by=leader)
    move_request(request=row, to="declined", why="Nobody needs it", by=leader)
    told = marketer.notifications.get(kind="became")
    assert told.title == "“Sheet” is now declined"
    assert "Write the cost sheet" in told.body

    other = make_request("Other", by=leader, themes=[theme])
    link_promise(promise=action, kind="request", number=other.pk, by=leader)
    move_request(request=other, to="declined", why="No", by=marketer)
    assert marketer.notifications.filter(kind="became").count() == 1


def test_nobody_is_told_of_what_is_done_or_no_longer_linked(action, theme, leader, marketer):
    rows = [make_request(f"Sheet {n}", by=leader, themes=[theme]) for n in range(2)]
    links = [link_promise(promise=action, kind="request", number=row.pk, by=leader) for row in rows]
    undo_link(becoming=links[0], by=leader)
    move_request(request=rows[0], to="declined", why="No", by=leader)
    end_action(action=action, by=marketer)
    move_request(request=rows[1], to="declined", why="No", by=leader)
    assert not marketer.notifications.filter(kind="became").exists()


def test_a_decision_that_was_judged_is_not_asked_about_again(meeting, theme, leader, marketer):
    decision = Decision.objects.create(meeting=meeting, text="Fixed price", owner=marketer, by=leader)
    row = make_request("Sheet", by=leader, themes=[theme])
    link_promise(promise=decision, kind="request", number=row.pk, by=leader)
    close_meeting(meeting=meeting, by=leader)
    judge_decision(decision=decision, verdict="kept", why="Yes", by=leader)
    move_request(request=row, to="declined", why="No", by=leader)
    assert not marketer.notifications.filter(kind="became").exists()


def test_a_request_that_was_merged_goes_on_as_the_other(action, theme, leader, marketer):
    rows = [make_request(title, by=leader, themes=[theme]) for title in ("Sheet", "Other", "Last")]
    link_promise(promise=action, kind="request", number=rows[0].pk, by=leader)
    for row, into in zip(rows, rows[1:], strict=False):
        move_request(request=row, to="merged", why="The same", into=into, by=leader)
    thing = became_of([action])[action][0].thing
    assert (thing.label, thing.state, thing.is_over) == ("Last", "New", False)
    assert not marketer.notifications.filter(kind="became").exists()
    move_request(request=rows[2], to="declined", why="No", by=leader)
    assert became_of([action])[action][0].thing.is_over
    assert marketer.notifications.get(kind="became").title == "“Last” is now declined"


@pytest.mark.parametrize("end", ["taken back", "undone", "routed on"])
def test_the_end_of_a_route_is_told(action, theme, leader, marketer, end):
    routing = route_theme(theme=theme, to="legal", why="Theirs", by=leader, promise=action)
    if end == "taken back":
        take_back_theme(theme=theme, by=leader)
    elif end == "undone":
        undo_routing(routing=routing, by=leader)
    else:
        route_theme(theme=theme, to="product", why="Rather theirs", by=leader)
    assert became_of([action])[action][0].thing.is_over
    assert marketer.notifications.get(kind="became").title == "“Cost unclear” is no longer with legal"


def test_a_route_made_again_is_still_what_the_promise_became(action, theme, leader):
    routing = route_theme(theme=theme, to="legal", why="Theirs", by=leader, promise=action)
    take_back_theme(theme=theme, by=leader)
    again = restore_routing(routing=routing, by=leader)
    (link,) = became_of([action])[action]
    assert (link.row.number, link.thing.is_over) == (again.pk, False)


def test_it_becomes_a_route_whose_answer_is_told(meeting, action, theme, leader, marketer, sign_in):
    client, back = sign_in(leader), run_of(meeting)
    url = asked("objections:routing_start", action, back)
    assert client.get(url).context["form"].initial["why"] == "Write the cost sheet"
    assert client.post(url, {"to": "legal", "why": "Theirs", "next": back}).status_code == 422
    assert client.post(url, {"theme": theme.pk, "to": "legal", "why": "Theirs", "next": back}).url == back

    routing = Routing.objects.get()
    place(make_objection("dear", author=leader), theme)
    thing = became_of([action])[action][0].thing
    assert (thing.label, thing.state, thing.is_over) == ("Cost unclear to legal", "Not answered yet", False)
    for url in (reverse("objections:theme_routed"), theme.get_absolute_url()):
        assert "Write the cost sheet" in client.get(url).content.decode()
    note_on_routing(routing=routing, text="A clause is drafted", by=leader)
    thing = became_of([action])[action][0].thing
    assert (thing.state, thing.is_over) == ("Answered", True)
    assert marketer.notifications.get(kind="became").title == "Legal answered about “Cost unclear”"


def test_it_becomes_a_change_of_the_taxonomy_in_the_draft(action, admin, leader, sign_in):
    url = f"{reverse('feedback:taxonomy_promised')}?action={action.pk}"
    assert sign_in(leader).get(url).status_code == 403
    answer = sign_in(admin).post(url)
    draft = Taxonomy.objects.draft().get()
    assert answer.url == draft.get_absolute_url()
    assert "Write the cost sheet" in sign_in(admin).get(answer.url).content.decode()
    assert became_of([action])[action][0].thing.state == "Draft"
    discard_draft(draft=draft, by=admin)
    assert became_of([action])[action][0].thing.state == "Discarded"


def test_the_link_is_undone_and_made_again_and_what_was_made_stays(meeting, action, theme, leader, rep, sign_in):
    row = make_request(by=leader, themes=[theme])
    link = link_promise(promise=action, kind="request", number=row.pk, by=leader)
    url = reverse("feedback:becoming_undo", args=[link.pk])
    assert sign_in(rep).post(url).status_code == 404
    for _ in range(2):
        assert sign_in(leader).post(url, {"next": run_of(meeting)}).url == run_of(meeting)
    assert became_of([action]) == {action: []}
    assert ContentRequest.objects.filter(pk=row.pk).exists()
    sign_in(leader).post(reverse("feedback:becoming_restore", args=[link.pk]))
    assert len(became_of([action])[action]) == 1
    restore_link(becoming=link, by=leader)
    assert Becoming.objects.count() == 2


def test_whoever_promised_it_may_link_it_and_others_may_not(meeting, theme, leader, rep, other_rep, sign_in):
    today = timezone.localdate()
    action = Action.objects.create(meeting=meeting, text="Ask them", owner=rep, due_on=today, by=leader)
    given = {"title": "Sheet", "type": "pricing sheet", "themes": [theme.pk], "brief": ""}
    url = f"{reverse('objections:request_create')}?action={action.pk}"
    sign_in(other_rep).post(url, given)
    assert not Becoming.objects.exists()
    request = ContentRequest.objects.get()
    sign_in(rep).post(url, given | {"title": "Mine", "shown": request.pk})
    assert Becoming.objects.get().number == ContentRequest.objects.get(title="Mine").pk


def test_many_links_take_as_many_queries_as_one(meeting, theme, leader, marketer, django_assert_max_num_queries):
    today = timezone.localdate()
    actions = []
    for number in range(12):
        actions.append(Action.objects.create(meeting=meeting, text="a", owner=marketer, due_on=today, by=leader))
        row = make_request(f"Sheet {number}", by=leader, themes=[theme])
        link_promise(promise=actions[-1], kind="request", number=row.pk, by=leader)
    with django_assert_max_num_queries(2):
        assert sum(map(len, became_of(actions).values())) == 12
