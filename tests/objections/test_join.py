import pytest
from django.urls import reverse

from feedback.models import Notification
from objections.actions.content import move_request, undo_merge
from objections.actions.joins import join_request, leave_request
from objections.actions.telling import askers_of
from objections.models import ContentRequest, Join, Objection
from objections.workflow import MoveRefused
from tests.factories import make_objection, make_opportunity, make_request, make_theme, place

NEW = reverse("objections:request_create")


@pytest.fixture
def theme(company):
    return make_theme()


@pytest.fixture
def row(rep, theme):
    return make_request("Price sheet", by=rep, themes=[theme])


def test_who_joins_brings_a_deal_and_a_voice_and_is_told_as_who_asked(row, theme, other_rep, marketer):
    deal = make_opportunity()
    join = join_request(request=row, by=other_rep, deal=deal, words="twice the price")
    assert list(row.opportunities.all()) == [deal]
    voice = Objection.objects.get()
    assert (voice.text, voice.author, voice.opportunity, voice.placement.theme) == (
        "twice the price",
        other_rep,
        deal,
        theme,
    )
    assert join.objection == voice
    move_request(request=row, to="declined", by=marketer, why="Legal forbids it")
    assert set(Notification.objects.values_list("to__name", flat=True)) == {"Rita Rep", "Otto Other"}


def test_they_said_the_same_is_a_voice_without_words(row, other_rep):
    join_request(request=row, by=other_rep, deal=make_opportunity(), said_before=True)
    assert [(voice.text, voice.is_same) for voice in Objection.objects.all()] == [("", True)]


def test_joining_twice_with_a_deal_is_one_join_and_without_one_another(row, other_rep):
    deal = make_opportunity()
    for _ in range(2):
        join_request(request=row, by=other_rep, deal=deal)
        join_request(request=row, by=other_rep)
    assert Join.objects.count() == 2


def test_leaving_takes_the_deal_along_unless_it_waited_before_or_another_brought_it_too(row, rep, other_rep):
    waits, brought = make_opportunity("Waits"), make_opportunity("Brought")
    row.opportunities.add(waits)
    joins = [join_request(request=row, by=other_rep, deal=deal) for deal in (waits, brought)]
    theirs = join_request(request=row, by=rep, deal=brought)
    for join in joins:
        leave_request(join=join)
    assert set(row.opportunities.all()) == {waits, brought}
    leave_request(join=theirs)
    assert list(row.opportunities.all()) == [waits]
    assert askers_of(row) == [rep]


def test_what_left_the_queue_is_joined_no_more(row, rep, other_rep, marketer, sign_in):
    move_request(request=row, to="declined", by=marketer, why="no")
    with pytest.raises(MoveRefused, match="not in the queue"):
        join_request(request=row, by=other_rep)
    assert sign_in(other_rep).get(reverse("objections:join_create", args=[row.pk])).status_code == 403


def test_the_page_joins_with_a_deal_and_undoes_it(row, other_rep, sign_in):
    deal, client = make_opportunity(), sign_in(other_rep)
    url = reverse("objections:join_create", args=[row.pk])
    assert client.get(url, {"deal": deal.pk}).context["form"]["deal"].value() == f"{deal} #{deal.pk}"
    page = client.post(url, {"deal": f"#{deal.pk}"}, follow=True)
    (message,) = page.context["messages"]
    assert [join.opportunity for join in page.context["joins"]] == [deal]
    client.post(message.extra_tags.removeprefix("undo:"))
    assert not Join.objects.live().exists()


@pytest.mark.parametrize(
    ("data", "field"),
    [({"deal": "nowhere"}, "deal"), ({"said_before": "on"}, "deal"), ({"words": "x" * 2001}, "words")],
)
def test_a_join_that_cannot_be_is_refused(row, other_rep, sign_in, data, field):
    page = sign_in(other_rep).post(reverse("objections:join_create", args=[row.pk]), data)
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])


def test_nobody_leaves_for_another(row, rep, other_rep, sign_in):
    join = join_request(request=row, by=other_rep)
    assert sign_in(rep).post(reverse("objections:join_leave", args=[join.pk])).status_code == 404


def test_while_asking_what_is_in_the_queue_about_the_same_is_offered_once(row, theme, other_rep, sign_in):
    done = make_request("Done", by=other_rep, themes=[theme], state="worked")
    client = sign_in(other_rep)
    data = {"title": "Sheet", "type": "pricing sheet", "themes": [theme.pk], "brief": "My words"}

    page = client.post(NEW, data)

    assert (page.status_code, page.context["alike"]) == (422, [row])
    assert page.context["form"]["brief"].value() == "My words"
    assert "Done" not in page.text
    assert client.post(NEW, data | {"shown": page.context["shown"]}).status_code == 302
    assert set(ContentRequest.objects.values_list("title", flat=True)) == {"Price sheet", "Sheet", done.title}


def test_asked_from_a_theme_it_is_offered_at_once_and_not_again(row, theme, other_rep, sign_in):
    client = sign_in(other_rep)
    page = client.get(NEW, {"theme": theme.pk})
    assert page.context["alike"] == [row]
    data = {"title": "Sheet", "type": "pricing sheet", "themes": [theme.pk], "shown": page.context["shown"]}
    assert client.post(NEW, data).status_code == 302


def test_asked_from_a_deal_or_an_objection_it_starts_with_their_themes_and_the_deal_waits(rep, theme, sign_in):
    deal, client = make_opportunity(), sign_in(rep)
    voice = make_objection("too dear", author=rep, opportunity=deal)
    place(voice, theme)
    for query in ({"deal": deal.pk}, {"objection": voice.pk}):
        initial = client.get(NEW, query).context["form"].initial
        assert (initial["themes"], initial["deal"]) == ([theme], deal)
    closed = make_opportunity(outcome="lost", closed_on="2026-01-01")
    data = {"title": "Sheet", "type": "pricing sheet", "themes": [theme.pk], "deal": closed.pk}
    client.post(NEW, data)
    row = ContentRequest.objects.get()
    assert (row.state, set(row.opportunities.all())) == ("new", {deal, closed})


@pytest.mark.parametrize("number", ["x", "999999", "9" * 40, "-1"])
@pytest.mark.parametrize("door", ["deal", "objection"])
def test_a_door_that_leads_nowhere_opens_an_empty_form(rep, sign_in, door, number):
    page = sign_in(rep).get(NEW, {door: number})
    assert (page.status_code, page.context["form"].initial) == (200, {})


def test_a_merge_carries_askers_and_comments_and_undoing_gives_back_what_it_brought(
    row, theme, rep, other_rep, marketer, leader, sign_in
):
    ours, theirs, shared = make_opportunity("Ours"), make_opportunity("Theirs"), make_opportunity("Shared")
    second = make_theme("Second")
    into = make_request("The other", by=leader, themes=[theme])
    into.opportunities.set([ours, shared])
    row.themes.add(second)
    row.opportunities.set([theirs, shared])
    join_request(request=row, by=other_rep)
    row.comments.create(text="said before", author=rep)

    move_request(request=row, to="merged", by=marketer, into=into)

    assert set(askers_of(into)) == {leader, rep, other_rep}
    page = sign_in(rep).get(into.get_absolute_url())
    assert "said before" in page.text
    assert "merged “Price sheet” into it" in page.text
    assert set(into.opportunities.all()) == {ours, theirs, shared}

    assert sign_in(marketer).post(reverse("objections:request_merge_undo", args=[row.pk])).status_code == 302

    row.refresh_from_db()
    assert row.state == "new"
    assert set(into.opportunities.all()) == {ours, shared}
    assert set(into.themes.all()) == {theme}
    assert set(row.opportunities.all()) == {theirs, shared}
    assert askers_of(into) == [leader]
    assert not Notification.objects.filter(title__contains="merged").exists()


def test_undoing_a_merge_leaves_a_deal_that_somebody_joined_with_since_and_twice_is_harmless(row, rep, marketer):
    deal = make_opportunity()
    row.opportunities.add(deal)
    into = make_request("The other", by=marketer, themes=[make_theme("Other")])
    move_request(request=row, to="merged", by=marketer, into=into)
    join_request(request=into, by=rep, deal=deal)
    assert undo_merge(request=row, by=marketer).to_state == "new"
    assert undo_merge(request=row, by=marketer) is None
    assert list(into.opportunities.all()) == [deal]


def test_only_those_who_run_the_queue_undo_a_merge(row, rep, sign_in):
    assert sign_in(rep).post(reverse("objections:request_merge_undo", args=[row.pk])).status_code == 403
