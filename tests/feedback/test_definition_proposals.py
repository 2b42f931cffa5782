"""A new wording of a definition is proposed, and taken as its next version or left with a reason."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback.actions.becomings import link_promise
from feedback.actions.definition_proposals import AlreadyDecided, leave_proposal, propose_definition, take_proposal
from feedback.actions.meetings import close_meeting
from feedback.becoming import became_of
from feedback.models import Decision, Definition, DefinitionProposal
from tests.factories import make_meeting


@pytest.fixture
def definition(db):
    return Definition.objects.get(slug="win-rate")


@pytest.fixture
def proposal(definition, marketer):
    said = {"text": "Won deals of all closed ones", "formula": "won ÷ closed", "why": "Shorter"}
    return propose_definition(definition=definition, by=marketer, **said)


def page_of(definition):
    return reverse("feedback:definition_detail", args=[definition.slug])


def test_taking_it_makes_the_next_version_and_keeps_the_one_before(definition, proposal, leader):
    made = take_proposal(proposal=proposal, by=leader)
    assert (made.version, made.title, made.text) == (definition.version + 1, definition.title, proposal.text)
    assert Definition.objects.filter(slug="win-rate").count() == 2
    assert take_proposal(proposal=proposal, by=leader) == made
    with pytest.raises(AlreadyDecided):
        leave_proposal(proposal=proposal, answer="No", by=leader)


def test_the_same_said_twice_is_one_proposal_until_it_is_decided(definition, proposal, marketer, leader):
    said = {"text": proposal.text, "formula": proposal.formula, "why": proposal.why}
    assert propose_definition(definition=definition, by=marketer, **said) == proposal
    assert propose_definition(definition=definition, by=leader, **said) != proposal
    leave_proposal(proposal=proposal, answer="No", by=leader)
    assert propose_definition(definition=definition, by=marketer, **said) != proposal


def test_one_definition_is_held_before_its_newest_version_is_asked(proposal, leader):
    """Two who take two proposals at once must not both make version 2: the row they wait for is the same for both."""
    with CaptureQueriesContext(connection) as asked:
        take_proposal(proposal=proposal, by=leader)
    of = [query["sql"] for query in asked if 'FROM "feedback_definition" ' in query["sql"]]
    held, newest = of[:2]
    assert '"version" = 1' in held
    assert '"version" DESC' in newest


def test_words_of_an_open_meeting_come_with_who_reads_them_and_without_its_name(definition, leader, sign_in):
    meeting = make_meeting(by=leader)
    decision = Decision.objects.create(meeting=meeting, text="Count no decision", by=leader)
    url = f"{reverse('feedback:definition_proposal_create', args=['win-rate'])}?decision={decision.pk}"
    answer = sign_in(leader).get(url)
    assert answer.context["form"].initial["why"] == "Count no decision"
    assert "Everybody who signs in reads what you send below" in answer.content.decode()

    close_meeting(meeting=meeting, by=leader)
    answer = sign_in(leader).get(url)
    assert answer.context["form"].initial["why"] == f"Count no decision ({meeting})"
    assert "Everybody who signs in reads" not in answer.content.decode()


def test_one_written_against_an_older_version_is_not_taken(definition, proposal, marketer, leader):
    other = propose_definition(definition=definition, text="Another", formula="", why="Better", by=marketer)
    take_proposal(proposal=other, by=leader)
    with pytest.raises(AlreadyDecided, match="has changed since"):
        take_proposal(proposal=proposal, by=leader)
    proposal.refresh_from_db()
    assert proposal.state == "open"


def test_leaving_it_keeps_the_reason(definition, proposal, leader, sign_in):
    client, url = sign_in(leader), reverse("feedback:definition_proposal_leave", args=[proposal.pk])
    assert client.post(url, {"answer": ""}).status_code == 422
    client.post(url, {"answer": "Everybody knows it by now"})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("left", leader)
    assert "Everybody knows it by now" in client.get(page_of(definition)).content.decode()


def test_marketers_propose_leaders_decide_and_reps_read(definition, marketer, leader, rep, sign_in):
    url = reverse("feedback:definition_proposal_create", args=[definition.slug])
    client = sign_in(marketer)
    assert client.get(url).context["form"].initial["text"] == definition.text
    same = {"text": f" {definition.text} ", "formula": definition.formula, "why": "No reason"}
    assert client.post(url, same).status_code == 422
    client.post(url, {"text": "Won of closed", "formula": "", "why": "<b>Shorter</b>"})
    proposal = DefinitionProposal.objects.get()

    assert "Take it" not in client.get(page_of(definition)).content.decode()
    assert "&lt;b&gt;Shorter&lt;/b&gt;" in sign_in(rep).get(page_of(definition)).content.decode()
    assert "Take it: version 2" in sign_in(leader).get(page_of(definition)).content.decode()
    sign_in(leader).post(reverse("feedback:definition_proposal_take", args=[proposal.pk]))
    assert "Won of closed" in sign_in(rep).get(page_of(definition)).context["definition"].text


def test_asked_from_a_decision_the_two_are_linked_and_its_owner_is_told(definition, marketer, leader, rep, sign_in):
    meeting = make_meeting(by=leader)
    decision = Decision.objects.create(meeting=meeting, text="Count no decision as lost", owner=rep, by=leader)
    start = f"{reverse('feedback:definition_proposal_start')}?decision={decision.pk}"
    page = sign_in(leader).get(start).content.decode()
    url = f"{reverse('feedback:definition_proposal_create', args=['win-rate'])}?decision={decision.pk}"
    assert url.replace("&", "&amp;") in page

    answer = sign_in(leader).post(url, {"text": "New words", "formula": "", "why": "Decided"})
    proposal = DefinitionProposal.objects.get()
    assert answer.url == proposal.get_absolute_url()
    (link,) = became_of([decision])[decision]
    assert (link.noun, link.thing.state, link.thing.is_over) == ("definition change", "Open", False)
    assert "Count no decision as lost" in sign_in(leader).get(page_of(definition)).content.decode()
    assert "Count no decision as lost" not in sign_in(rep).get(page_of(definition)).content.decode()

    take_proposal(proposal=proposal, by=marketer)
    assert became_of([decision])[decision][0].thing.state == "Taken"
    assert "was taken" in rep.notifications.get().title


def test_a_promise_that_one_may_not_link_is_not_linked(definition, rep, other_rep, leader, marketer):
    from feedback.models import Becoming

    meeting = make_meeting(by=leader)
    decision = Decision.objects.create(meeting=meeting, text="Mine", owner=rep, by=leader)
    first = link_promise(promise=decision, kind="definition", number=1, by=leader)
    assert link_promise(promise=decision, kind="definition", number=1, by=marketer) == first
    with pytest.raises(KeyError):
        link_promise(promise=decision, kind="gossip", number=1, by=leader)
    assert Becoming.objects.count() == 1
